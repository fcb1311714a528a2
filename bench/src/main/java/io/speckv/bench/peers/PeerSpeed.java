package io.speckv.bench.peers;

/**
 * The speed of a peer with a prompt of one length.
 *
 * @param prefillTokensPerSecond of the prompt, with the logits of its last token
 * @param decodeTokensPerSecond of one stream after the prompt, from the median step
 */
public record PeerSpeed(int promptTokens, double prefillTokensPerSecond, double decodeTokensPerSecond) {
    public PeerSpeed {
        if (promptTokens < 1 || !(prefillTokensPerSecond > 0) || !(decodeTokensPerSecond > 0)) {
            throw new IllegalArgumentException("a speed needs promptTokens, prefillTokensPerSecond and "
                    + "decodeTokensPerSecond, all positive; were " + promptTokens + ", " + prefillTokensPerSecond
                    + " and " + decodeTokensPerSecond);
        }
    }
}
