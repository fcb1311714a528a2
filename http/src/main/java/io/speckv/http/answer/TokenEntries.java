package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lays out tokens with their log probabilities, as OpenAI's chats and responses have them. */
final class TokenEntries {
    private static final char REPLACEMENT = '\uFFFD';
    private static final String BYTES = "bytes";

    private TokenEntries() {}

    /** Returns the tokens with the likeliest ones at their places. */
    static ArrayNode of(List<TokenLogprobs> tokens) {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        for (TokenLogprobs token : tokens) {
            ObjectNode entry = entry(token.getText(), token.getTokenBytes(), token.getLogprob());
            ArrayNode top = entry.putArray("top_logprobs");
            for (AlternativeToken alternative : token.getAlternativesList()) {
                top.add(entry(alternative.getText(), alternative.getTokenBytes(), alternative.getLogprob()));
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Returns the same entries without their bytes, which the events of responses do not have. */
    static ArrayNode withoutBytes(ArrayNode entries) {
        ArrayNode bare = entries.deepCopy();
        bare.findParents(BYTES).forEach(entry -> ((ObjectNode) entry).remove(BYTES));
        return bare;
    }

    private static ObjectNode entry(String token, ByteString sent, float logprob) {
        ObjectNode entry =
                JsonNodeFactory.instance.objectNode().put("token", token).put("logprob", logprob);
        if (sent.isEmpty() && token.indexOf(REPLACEMENT) >= 0) {
            return entry.putNull(BYTES); // a part of a character, from a target that does not send its bytes
        }
        ArrayNode bytes = entry.putArray(BYTES);
        for (byte one : sent.isEmpty() ? token.getBytes(StandardCharsets.UTF_8) : sent.toByteArray()) {
            bytes.add(one & 0xff);
        }
        return entry;
    }
}
