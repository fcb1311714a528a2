package io.speckv.router.target;

import io.speckv.proto.v1.LookaheadTokens;
import java.util.Arrays;

/** Writes one request's lookahead as messages, and counts their tokens. */
final class LookaheadMessages {
    private int sent;

    /** Returns the message of tokens that begin at {@code firstIndex}. */
    LookaheadTokens of(int firstIndex, int[] tokens) {
        LookaheadTokens.Builder message = LookaheadTokens.newBuilder().setFirstIndex(firstIndex);
        Arrays.stream(tokens).forEach(message::addTokenIds);
        sent = firstIndex + tokens.length;
        return message.build();
    }

    /** Returns the message that ends the lookahead. */
    LookaheadTokens end() {
        return LookaheadTokens.newBuilder()
                .setFirstIndex(sent)
                .setComplete(true)
                .build();
    }
}
