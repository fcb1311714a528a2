package io.speckv.http.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.speckv.proto.v1.ChatMessage;

/** Builds turns with calls and results of tools, in the form that chat templates know. */
final class Turns {
    private Turns() {}

    /** Returns a call for a turn's {@code tool_calls}. */
    static ObjectNode call(String id, String tool, String arguments) {
        ObjectNode call = JsonNodeFactory.instance.objectNode().put("id", id).put("type", "function");
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return call;
    }

    /**
     * Returns a turn of the assistant.
     *
     * @param text empty if it only made calls
     * @param thoughts empty if it had none
     */
    static ChatMessage assistant(String text, String thoughts, ArrayNode calls) {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        if (!thoughts.isEmpty()) {
            attributes.put("reasoning_content", thoughts);
        }
        if (!calls.isEmpty()) {
            attributes.set("tool_calls", calls);
        }
        ChatMessage.Builder turn = ChatMessage.newBuilder()
                .setRole("assistant")
                .setContent(text)
                .setContentIsNull(text.isEmpty() && !calls.isEmpty());
        return attributes.isEmpty()
                ? turn.build()
                : turn.setAttributes(JsonPromptReader.struct(attributes)).build();
    }

    /** Returns the turn with a call's result. */
    static ChatMessage result(String callId, String result) {
        return ChatMessage.newBuilder()
                .setRole("tool")
                .setContent(result)
                .setAttributes(Struct.newBuilder()
                        .putFields(
                                "tool_call_id",
                                Value.newBuilder().setStringValue(callId).build()))
                .build();
    }
}
