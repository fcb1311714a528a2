package io.speckv.router.target;

import io.speckv.proto.v1.LookaheadTokens;
import java.util.Arrays;

/** Writes one request's lookahead as messages, and knows how many tokens they held. */
final class LookaheadMessages {
    private int sent;

    /** Returns tokens that follow {@code firstIndex} others. */
    LookaheadTokens of(int firstIndex, int[] tokens) {
        LookaheadTokens.Builder message = LookaheadTokens.newBuilder().setFirstIndex(firstIndex);
        Arrays.stream(tokens).forEach(message::addTokenIds);
        sent = firstIndex + tokens.length;
        return message.build();
    }

    /** Returns what says that the lookahead is complete. */
    LookaheadTokens end() {
        return LookaheadTokens.newBuilder()
                .setFirstIndex(sent)
                .setComplete(true)
                .build();
    }
}
