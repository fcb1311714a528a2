package io.speckv.engine.generate;

/**
 * A draft's results for a prompt.
 *
 * @param scores importance of each prompt token {@code [promptTokens]}; empty if no scores were asked for
 * @param lookahead the draft's answer so far
 * @param prefillNanos time of the prefill, with scoring
 * @param lookaheadNanos time of decoding the lookahead
 * @param reusedTokens tokens of the prompt whose keys were in the prefix cache
 */
public record DraftReading(float[] scores, int[] lookahead, long prefillNanos, long lookaheadNanos, int reusedTokens) {
    /** No draft was asked. */
    public static final DraftReading NONE = new DraftReading(new float[0], new int[0], 0, 0, 0);

    /** Returns this with a prefill that took {@code nanos} longer. */
    public DraftReading after(long nanos) {
        return new DraftReading(scores, lookahead, nanos + prefillNanos, lookaheadNanos, reusedTokens);
    }
}
