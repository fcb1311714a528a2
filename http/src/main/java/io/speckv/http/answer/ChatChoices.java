package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import io.speckv.proto.v1.TokenDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Choices of {@code /v1/chat/completions}. The reasoning is in both {@code reasoning_content} and {@code reasoning}, since some
 * clients read one key and some the other.
 */
final class ChatChoices implements Choices {
    @Override
    public String object(boolean chunk) {
        return chunk ? "chat.completion.chunk" : "chat.completion";
    }

    @Override
    public Optional<ObjectNode> beginning(int index) {
        ObjectNode choice = Choices.choice(index);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        return Optional.of(choice);
    }

    @Override
    public List<ObjectNode> parts(int index, List<AnswerPart> parts, List<ToolCall> calls) {
        List<ObjectNode> choices = new ArrayList<>();
        int call = ToolCall.firstOf(parts, calls);
        for (AnswerPart part : parts) {
            if (part instanceof AnswerPart.Text text) {
                choices.add(delta(index, "content", text.text()));
            } else if (part instanceof AnswerPart.Reasoning thought) {
                ObjectNode choice = delta(index, "reasoning_content", thought.text());
                ((ObjectNode) choice.get("delta")).put("reasoning", thought.text());
                choices.add(choice);
            } else if (part instanceof AnswerPart.CallBegun) {
                choices.add(named(index, call, calls.get(call)));
                call++;
            } else if (part instanceof AnswerPart.Arguments more) {
                choices.add(argued(index, call - 1, more.text()));
            }
        }
        return choices;
    }

    private static ObjectNode delta(int index, String field, String text) {
        ObjectNode choice = Choices.choice(index);
        choice.putObject("delta").put(field, text);
        return choice;
    }

    /** The name comes first and the arguments follow, as clients expect when they join the deltas. */
    private static ObjectNode named(int index, int place, ToolCall call) {
        ObjectNode named = Choices.choice(index);
        toolCall(named, place)
                .put("id", call.id())
                .put("type", "function")
                .putObject("function")
                .put("name", call.tool())
                .put("arguments", "");
        return named;
    }

    private static ObjectNode argued(int index, int place, String arguments) {
        ObjectNode argued = Choices.choice(index);
        toolCall(argued, place).putObject("function").put("arguments", arguments);
        return argued;
    }

    private static ObjectNode toolCall(ObjectNode choice, int place) {
        return choice.putObject("delta").putArray("tool_calls").addObject().put("index", place);
    }

    @Override
    public ObjectNode last(int index) {
        ObjectNode choice = Choices.choice(index);
        choice.putObject("delta");
        return choice;
    }

    @Override
    public ObjectNode whole(ReadChoice choice) {
        ObjectNode whole = Choices.choice(choice.index());
        ObjectNode message = whole.putObject("message").put("role", "assistant");
        boolean silent = choice.text().isEmpty()
                && (!choice.calls().isEmpty() || !choice.reasoning().isEmpty());
        message.put("content", silent ? null : choice.text()).putNull("refusal");
        if (!choice.reasoning().isEmpty()) {
            message.put("reasoning_content", choice.reasoning()).put("reasoning", choice.reasoning());
        }
        if (!choice.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            for (ToolCall call : choice.calls()) {
                calls.addObject()
                        .put("id", call.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.tool())
                        .put("arguments", call.arguments());
            }
        }
        return whole;
    }

    @Override
    public ObjectNode logprobs(TokenDelta delta) {
        ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
        logprobs.set("content", TokenEntries.of(delta.getLogprobsList()));
        return logprobs.putNull("refusal");
    }
}
