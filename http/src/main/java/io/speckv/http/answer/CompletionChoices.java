package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.speckv.answers.AnswerPart;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import java.util.Optional;

/** Choices of {@code /v1/completions}, which are text alone. */
final class CompletionChoices implements Choices {
    @Override
    public String object(boolean chunk) {
        return "text_completion";
    }

    @Override
    public Optional<ObjectNode> beginning(int index) {
        return Optional.empty();
    }

    @Override
    public List<ObjectNode> parts(int index, List<AnswerPart> parts, List<ToolCall> calls) {
        return parts.stream()
                .map(part -> Choices.choice(index).put("text", ((AnswerPart.Text) part).text()))
                .toList();
    }

    @Override
    public ObjectNode last(int index) {
        return Choices.choice(index).put("text", "");
    }

    @Override
    public ObjectNode whole(ReadChoice choice) {
        return Choices.choice(choice.index()).put("text", choice.text());
    }

    @Override
    public ObjectNode logprobs(TokenDelta delta) {
        ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
        ArrayNode tokens = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        ArrayNode offsets = logprobs.putArray("text_offset");
        for (int i = 0; i < delta.getLogprobsCount(); i++) {
            TokenLogprobs token = delta.getLogprobs(i);
            String spelled = spelled(token.getText(), token.getTokenBytes());
            tokens.add(spelled);
            values.add(token.getLogprob());
            tops.add(alternatives(token, spelled, delta.getTokenIds(i)));
            if (token.hasTextOffset()) {
                offsets.add(token.getTextOffset());
            } else {
                offsets.addNull();
            }
        }
        return logprobs;
    }

    /** Lists the alternatives, and also the chosen token if it is not one of them. */
    private static ObjectNode alternatives(TokenLogprobs token, String spelled, int id) {
        ObjectNode top = JsonNodeFactory.instance.objectNode();
        boolean listed = false;
        for (AlternativeToken alternative : token.getAlternativesList()) {
            String text = spelled(alternative.getText(), alternative.getTokenBytes());
            // Two tokens may have the same text.
            top.put(top.has(text) ? "token_id:" + alternative.getTokenId() : text, alternative.getLogprob());
            listed |= alternative.getTokenId() == id;
        }
        if (!listed && token.getAlternativesCount() > 0) {
            top.put(top.has(spelled) ? "token_id:" + id : spelled, token.getLogprob());
        }
        return top;
    }

    /** Incomplete characters are written as bytes, as OpenAI writes them here. */
    private static String spelled(String text, ByteString bytes) {
        if (bytes.isEmpty() || bytes.isValidUtf8()) {
            return text;
        }
        StringBuilder spelled = new StringBuilder("bytes:");
        for (byte one : bytes.toByteArray()) {
            spelled.append("\\x%02x".formatted(one & 0xff));
        }
        return spelled.toString();
    }
}
