package io.speckv.engine.generate;

import java.util.Arrays;

/**
 * The rule by which a target verifies what was drafted for it: at each drafted token it chooses as it would have chosen
 * alone; tokens that it chooses itself are accepted, and the one that it chose instead of the first wrong one follows.
 *
 * <p>A draft's tokens are a fixed sequence here, not drawn ones. So choosing with the target's own sampler and comparing
 * is the speculative-sampling rule (arXiv:2211.17192): the answer is distributed as the target's.
 */
final class Verification {
    private Verification() {}

    /**
     * Returns the drafted tokens as far as the target agrees, then its own next token: 1 to 1 + drafted tokens.
     *
     * @param drafted what the answer was guessed to go on with
     * @param logits after the token before the first drafted one and after each of them, {@code [1 + drafted][vocabSize]}
     * @param answer tokens generated before
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    static int[] verify(int[] drafted, float[][] logits, int[] answer, TokenChoice choice) {
        int[] generated = Arrays.copyOf(answer, answer.length + drafted.length + 1);
        for (int i = 0; ; i++) {
            int next = answer.length + i;
            generated[next] = choice.choose(logits[i], Arrays.copyOf(generated, next));
            if (i == drafted.length || generated[next] != drafted[i]) {
                return Arrays.copyOfRange(generated, answer.length, next + 1);
            }
        }
    }
}
