package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The items of a response: reasoning, messages and function calls. */
final class ResponseItems {
    private ResponseItems() {}

    /** Returns the items of a whole answer; a message that was cut is incomplete. */
    static ArrayNode of(ReadChoice choice, String requestId) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        int call = 0;
        Iterator<ArrayNode> logprobs = logprobs(choice).iterator();
        List<AnswerPart> parts = JoinedParts.of(choice.parts());
        for (AnswerPart part : parts) {
            String status = choice.isCut() && items.size() == parts.size() - 1 ? "incomplete" : "completed";
            int index = items.size();
            if (part instanceof AnswerPart.Text text) {
                items.add(message(requestId, index, text.text(), logprobs.next(), status));
            } else if (part instanceof AnswerPart.Reasoning thought) {
                items.add(reasoning(requestId, index, thought.text(), status));
            } else {
                ToolCall called = choice.calls().get(call++);
                items.add(functionCall(requestId, index, called));
            }
        }
        return items;
    }

    /** Returns the log probabilities of each text that a message has: neighbouring texts are one. */
    private static List<ArrayNode> logprobs(ReadChoice choice) {
        List<ArrayNode> runs = new ArrayList<>();
        boolean open = false;
        for (int i = 0; i < choice.parts().size(); i++) {
            boolean text = choice.parts().get(i) instanceof AnswerPart.Text;
            if (text && !open) {
                runs.add(JsonNodeFactory.instance.arrayNode());
            }
            if (text) {
                runs.get(runs.size() - 1).addAll(TokenEntries.of(choice.tokens().get(i)));
            }
            open = text;
        }
        return runs;
    }

    static String messageId(String requestId, int index) {
        return "msg_" + requestId + "_" + index;
    }

    static String reasoningId(String requestId, int index) {
        return "rs_" + requestId + "_" + index;
    }

    static String callId(String requestId, int index) {
        return "fc_" + requestId + "_" + index;
    }

    /** Returns a message; in progress it has no content yet. */
    static ObjectNode message(String requestId, int index, String text, ArrayNode logprobs, String status) {
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("id", messageId(requestId, index))
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        ArrayNode content = item.putArray("content");
        if (!status.equals("in_progress")) {
            content.add(outputText(text, logprobs));
        }
        return item;
    }

    /** @param logprobs entries of the text's tokens; empty if they are not told */
    static ObjectNode outputText(String text, ArrayNode logprobs) {
        ObjectNode part =
                JsonNodeFactory.instance.objectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.set("logprobs", logprobs);
        return part;
    }

    /** Returns a reasoning item; in progress it has no content yet. */
    static ObjectNode reasoning(String requestId, int index, String text, String status) {
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("id", reasoningId(requestId, index))
                .put("type", "reasoning")
                .put("status", status);
        item.putArray("summary");
        ArrayNode content = item.putArray("content");
        if (!status.equals("in_progress")) {
            content.add(reasoningText(text));
        }
        return item;
    }

    static ObjectNode reasoningText(String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "reasoning_text")
                .put("text", text);
    }

    /** Returns a call that has ended; a broken one is incomplete. */
    static ObjectNode functionCall(String requestId, int index, ToolCall call) {
        return functionCall(requestId, index, call, call.arguments(), call.whole() ? "completed" : "incomplete");
    }

    static ObjectNode functionCall(String requestId, int index, ToolCall call, String arguments, String status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", callId(requestId, index))
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", call.id())
                .put("name", call.tool())
                .put("arguments", arguments);
    }
}
