package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code messages} of OpenAI's chats into the turns that chat templates expect. */
final class ChatTurnsReader {
    private static final String CONTENT = "content";
    private static final String CALLS = "tool_calls";
    private static final String FORMER_CALL = "function_call";
    private static final String ARGUMENTS = "arguments";
    private static final String REFUSAL = "refusal";
    /** Keys that are converted. All other keys are passed to the template as they are. */
    private static final Set<String> OWN_KEYS = Set.of("role", CONTENT, CALLS, FORMER_CALL, REFUSAL);

    private final List<ChatMessage> turns = new ArrayList<>();
    /** Id made for the last call in OpenAI's older form, which has no ids; empty before the first one. */
    private String formerCall = "";

    private int formerCalls;

    private ChatTurnsReader() {}

    /**
     * Returns the turns.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static List<ChatMessage> read(List<JsonFields> messages) {
        ChatTurnsReader reader = new ChatTurnsReader();
        messages.forEach(reader::take);
        return reader.turns;
    }

    private void take(JsonFields message) {
        String role = message.text("role").orElseThrow(() -> message.invalid("role", "is missing"));
        List<JsonNode> calls = calls(message, role);
        String content = content(message, role);
        ChatMessage.Builder turn = ChatMessage.newBuilder()
                .setRole(templates(role))
                .setContent(content)
                // Templates expect null content in a turn that only calls; in other turns they would write None.
                .setContentIsNull(!calls.isEmpty() && !message.has(CONTENT) && content.isEmpty());
        Struct.Builder attributes = Struct.newBuilder();
        for (String key : message.names()) {
            if (!OWN_KEYS.contains(key)) {
                message.get(key)
                        .ifPresent(value -> attributes.putFields(key, JsonPromptReader.wrapped(message, key, value)));
            }
        }
        if (!calls.isEmpty()) {
            attributes.putFields(
                    CALLS,
                    JsonPromptReader.wrapped(
                            message,
                            callsField(message),
                            JsonNodeFactory.instance.arrayNode().addAll(calls)));
        }
        if (role.equals("function")) {
            attributes.putFields(
                    "tool_call_id",
                    Value.newBuilder().setStringValue(answered()).build());
        }
        turns.add(
                attributes.getFieldsCount() == 0
                        ? turn.build()
                        : turn.setAttributes(attributes).build());
    }

    /** Maps OpenAI's newer and older role names to those that templates know. */
    private static String templates(String role) {
        return switch (role) {
            case "developer" -> "system";
            case "function" -> "tool";
            default -> role;
        };
    }

    private List<JsonNode> calls(JsonFields message, String role) {
        List<JsonNode> calls = new ArrayList<>();
        for (JsonFields call : message.objects(CALLS)) {
            String type = call.text("type").orElse("function");
            if (!type.equals("function")) {
                throw call.invalid("type", "is '" + type + "'; only 'function' is supported");
            }
            call.ifText("id", id -> {});
            JsonFields function = call.object("function").orElseThrow(() -> call.invalid("function", "is missing"));
            ObjectNode called = JsonNodeFactory.instance.objectNode();
            called.setAll(call.node());
            calls.add(called.set("function", function(function)));
        }
        message.object(FORMER_CALL).ifPresent(call -> {
            if (!calls.isEmpty() || !role.equals("assistant")) {
                throw message.invalid(FORMER_CALL, "belongs to a message of the assistant without tool_calls");
            }
            ObjectNode function = function(call);
            formerCall = id();
            calls.add(JsonNodeFactory.instance
                    .objectNode()
                    .put("id", formerCall)
                    .put("type", "function")
                    .set("function", function));
        });
        return calls;
    }

    private static String callsField(JsonFields message) {
        return message.has(CALLS) ? CALLS : FORMER_CALL;
    }

    /**
     * Returns a called function with its arguments as text, where they came as an object: numbers in an object would be rounded
     * on their way, and templates that join arguments to other text take text alone.
     */
    private static ObjectNode function(JsonFields function) {
        if (function.text("name").isEmpty()) {
            throw function.invalid("name", "is missing");
        }
        ObjectNode called = JsonNodeFactory.instance.objectNode();
        called.setAll(function.node());
        function.get(ARGUMENTS).ifPresent(arguments -> {
            if (arguments.isObject()) {
                called.put(ARGUMENTS, arguments.toString());
            } else {
                function.requireText(ARGUMENTS, "a string or an object");
            }
        });
        return called;
    }

    /** Returns the id of the call that a result answers. The call itself may have been cut off the history. */
    private String answered() {
        if (formerCall.isEmpty()) {
            formerCall = id();
        }
        return formerCall;
    }

    /** Returns 9 letters and digits, the only ids that Mistral's templates take. */
    private String id() {
        return String.format(Locale.ROOT, "call%05d", formerCalls++ % 100_000);
    }

    /** An assistant's message with calls may have no content; a user's message without content is a mistake. */
    private static String content(JsonFields message, String role) {
        boolean parts = message.get(CONTENT).map(JsonNode::isArray).orElse(false);
        if (role.equals("user")
                && (!message.has(CONTENT) || (parts && message.array(CONTENT).isEmpty()))) {
            throw message.invalid(CONTENT, "is missing: must be a string, or an array of at least 1 text part");
        }
        List<String> texts = new ArrayList<>();
        if (parts) {
            message.objects(CONTENT).forEach(part -> texts.add(part(part, role)));
        } else if (message.has(CONTENT)) {
            texts.add(message.requireText(CONTENT, "a string or an array of text parts"));
        }
        // A refusal is what the assistant said, so it is part of the text.
        message.text(REFUSAL).filter(refusal -> !refusal.isEmpty()).ifPresent(refusal -> {
            texts.removeIf(String::isEmpty);
            texts.add(refusal);
        });
        return String.join("\n", texts);
    }

    private static String part(JsonFields part, String role) {
        String type = part.text("type").orElseThrow(() -> part.invalid("type", "is missing"));
        if (type.equals("text") || (type.equals(REFUSAL) && role.equals("assistant"))) {
            return part.text(type).orElseThrow(() -> part.invalid(type, "is missing"));
        }
        throw part.invalid("type", "is '" + type + "'; only 'text' is supported");
    }
}
