package io.speckv.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How OpenAI's two generation endpoints lay out answers. */
enum AnswerForm {
    /** {@code /v1/chat/completions}. */
    CHAT("messages", "chatcmpl-") {
        @Override
        String object(boolean chunk) {
            return chunk ? "chat.completion.chunk" : "chat.completion";
        }

        @Override
        Optional<ObjectNode> beginning() {
            ObjectNode choice = choice();
            choice.putObject("delta").put("role", "assistant").put("content", "");
            return Optional.of(choice);
        }

        @Override
        ObjectNode part(String text) {
            ObjectNode choice = choice();
            choice.putObject("delta").put("content", text);
            return choice;
        }

        @Override
        ObjectNode last() {
            ObjectNode choice = choice();
            choice.putObject("delta");
            return choice;
        }

        @Override
        ObjectNode whole(String text) {
            ObjectNode choice = choice();
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", text)
                    .putNull("refusal");
            return choice;
        }

        @Override
        ObjectNode logprobs(TokenDelta delta) {
            ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
            ArrayNode content = logprobs.putArray("content");
            for (int i = 0; i < delta.getLogprobsCount(); i++) {
                TokenLogprobs token = delta.getLogprobs(i);
                ObjectNode entry = entry(token.getText(), token.getLogprob());
                ArrayNode top = entry.putArray("top_logprobs");
                for (AlternativeToken alternative : token.getAlternativesList()) {
                    top.add(entry(alternative.getText(), alternative.getLogprob()));
                }
                content.add(entry);
            }
            return logprobs.putNull("refusal");
        }

        private ObjectNode entry(String token, float logprob) {
            ObjectNode entry =
                    JsonNodeFactory.instance.objectNode().put("token", token).put("logprob", logprob);
            if (token.indexOf(REPLACEMENT) >= 0) {
                return entry.putNull("bytes"); // a part of a character: its bytes are not known from text
            }
            ArrayNode bytes = entry.putArray("bytes");
            for (byte one : token.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(one & 0xff);
            }
            return entry;
        }
    },
    /** {@code /v1/completions}. */
    COMPLETION("prompt", "cmpl-") {
        @Override
        String object(boolean chunk) {
            return "text_completion";
        }

        @Override
        Optional<ObjectNode> beginning() {
            return Optional.empty();
        }

        @Override
        ObjectNode part(String text) {
            return choice().put("text", text);
        }

        @Override
        ObjectNode last() {
            return choice().put("text", "");
        }

        @Override
        ObjectNode whole(String text) {
            return choice().put("text", text);
        }

        @Override
        ObjectNode logprobs(TokenDelta delta) {
            ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
            ArrayNode tokens = logprobs.putArray("tokens");
            ArrayNode values = logprobs.putArray("token_logprobs");
            ArrayNode tops = logprobs.putArray("top_logprobs");
            for (int i = 0; i < delta.getLogprobsCount(); i++) {
                tokens.add(delta.getLogprobs(i).getText());
                values.add(delta.getLogprobs(i).getLogprob());
                ObjectNode top = tops.addObject();
                delta.getLogprobs(i)
                        .getAlternativesList()
                        .forEach(alternative -> top.put(alternative.getText(), alternative.getLogprob()));
            }
            return logprobs;
        }
    };

    private static final char REPLACEMENT = '\uFFFD';

    private final String promptField;
    private final String idPrefix;

    AnswerForm(String promptField, String idPrefix) {
        this.promptField = promptField;
        this.idPrefix = idPrefix;
    }

    /** Returns the request's field that holds the prompt. */
    String promptField() {
        return promptField;
    }

    /** Returns how ids of answers begin. */
    String idPrefix() {
        return idPrefix;
    }

    /** Returns the value of {@code object}. */
    abstract String object(boolean chunk);

    /** Returns the choice that begins a stream, where the form has one: it tells the role alone. */
    abstract Optional<ObjectNode> beginning();

    /** Returns the choice of a streamed piece of text. */
    abstract ObjectNode part(String text);

    /** Returns the choice that ends a stream, without its finish reason. */
    abstract ObjectNode last();

    /** Returns the choice of a whole answer. */
    abstract ObjectNode whole(String text);

    /** Returns the log probabilities of {@code delta}. */
    abstract ObjectNode logprobs(TokenDelta delta);

    private static ObjectNode choice() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", 0)
                .putNull("logprobs")
                .putNull("finish_reason");
    }
}
