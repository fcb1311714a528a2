package io.speckv.engine.generate;

import java.util.Arrays;

/**
 * The rule by which a target verifies drafted tokens. At each drafted token the target chooses as it would have done without
 * a draft. Drafted tokens that it chooses itself are accepted. At the first wrong one, the target's own choice takes its
 * place.
 *
 * <p>The drafted tokens count as a fixed sequence, not as random draws. So choosing with the target's own sampler and
 * comparing is the speculative-sampling rule (arXiv:2211.17192): the answer has the target's own distribution.
 */
final class Verification {
    private Verification() {}

    /**
     * Returns the drafted tokens that the target agrees with, then its own next token: 1 to 1 + drafted tokens.
     *
     * @param drafted guess of the answer's next tokens
     * @param next chosen after the token before the first drafted token, and after each drafted token
     * @param answer tokens generated before
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    static int[] verify(int[] drafted, NextTokens next, int[] answer) {
        int[] generated = Arrays.copyOf(answer, answer.length + drafted.length + 1);
        for (int i = 0; ; i++) {
            int place = answer.length + i;
            generated[place] = next.token(i, Arrays.copyOf(generated, place));
            if (i == drafted.length || generated[place] != drafted[i]) {
                return Arrays.copyOfRange(generated, answer.length, place + 1);
            }
        }
    }

    /** As the other, with logits {@code [1 + drafted][vocabSize]} from which {@code choice} chooses. */
    static int[] verify(int[] drafted, float[][] logits, int[] answer, TokenChoice choice) {
        return verify(drafted, new HostTokens(logits, choice, null), answer);
    }
}
