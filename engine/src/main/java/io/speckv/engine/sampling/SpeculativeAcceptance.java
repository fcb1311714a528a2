package io.speckv.engine.sampling;

import io.speckv.engine.sampling.CounterRandom.Purpose;

/**
 * Decides how many tokens of a draft count as the target's, so that the answer is distributed as the target's alone.
 *
 * <p>Source: Leviathan, Kalman, Matias 2023 (arXiv:2211.17192), algorithm 1: a proposed token x is accepted with probability
 * min(1, p(x) / q(x)); the token after the last accepted one is drawn from max(0, p - q) if one was refused, from p if none
 * was. With greedy settings on both sides this is the longest common prefix. Immutable.
 */
public final class SpeculativeAcceptance {
    private final CounterRandom random;

    SpeculativeAcceptance(CounterRandom random) {
        this.random = random;
    }

    /**
     * What becomes of a draft's proposal.
     *
     * @param accepted how many of its tokens, from the first, belong to the answer
     * @param next the token of the answer after those
     */
    public record Verdict(int accepted, int next) {}

    /**
     * Returns how much of a proposal belongs to the answer.
     *
     * @param proposed the draft's tokens {@code [proposed]}
     * @param draft the probabilities they were drawn with {@code [proposed][vocabSize]}
     * @param target the target's probabilities in the same places and after the last {@code [proposed + 1][vocabSize]}
     * @param firstIndex index in the answer of the first proposed token
     * @throws IllegalArgumentException if the lengths do not fit or the draft could not have drawn a token
     */
    public Verdict verify(int[] proposed, float[][] draft, float[][] target, int firstIndex) {
        if (draft.length != proposed.length || target.length != proposed.length + 1) {
            throw new IllegalArgumentException("draft and target must have " + proposed.length + " and "
                    + (proposed.length + 1) + " rows, had " + draft.length + " and " + target.length);
        }
        for (int i = 0; i < proposed.length; i++) {
            float p = target[i][proposed[i]];
            float q = draft[i][proposed[i]];
            if (!(q > 0)) {
                throw new IllegalArgumentException(
                        "draft[" + i + "] must give token " + proposed[i] + " a probability above 0, was " + q);
            }
            if (random.uniform(firstIndex + (long) i, Purpose.ACCEPTANCE) * q >= p) {
                return new Verdict(i, draw(residual(target[i], draft[i]), firstIndex + i));
            }
        }
        return new Verdict(proposed.length, draw(target[proposed.length], firstIndex + proposed.length));
    }

    /** Returns what is left of the target's probabilities; the target's own where rounding leaves nothing. */
    private static float[] residual(float[] target, float[] draft) {
        float[] residual = new float[target.length];
        boolean left = false;
        for (int i = 0; i < target.length; i++) {
            residual[i] = Math.max(0, target[i] - draft[i]);
            left |= residual[i] > 0;
        }
        return left ? residual : target;
    }

    private int draw(float[] weights, int index) {
        return Distribution.proportionalTo(weights).tokenAt(random.uniform(index, Purpose.TOKEN));
    }
}
