package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.sampling.SpeculativeAcceptance.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeculativeAcceptanceTest {
    private static final int VOCAB = 8;
    private static final int ANSWERS = 60_000;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1, 3})
    void answersAreDistributedAsTheTargetsWhateverTheDraft(double disagreement) {
        Random random = new Random(17);
        float[][] targetLogits = {normal(random), normal(random), normal(random)};
        float[][] draftLogits = {
            disturbed(targetLogits[0], disagreement, random), disturbed(targetLogits[1], disagreement, random)
        };
        int[][] counts = new int[2][VOCAB];
        int accepted = 0;
        for (int seed = 0; seed < ANSWERS; seed++) {
            Verdict verdict = speculate(seed, targetLogits, draftLogits, counts);
            accepted += verdict.accepted();
        }
        Sampler target = new Sampler(Shaping.NONE.settings(), 0, new int[0]);
        ChiSquare.assertDrawnFrom(target.probabilities(targetLogits[0], new int[0]), counts[0]);
        ChiSquare.assertDrawnFrom(target.probabilities(targetLogits[1], new int[0]), counts[1]);
        assertThat(accepted).isPositive();
        if (disagreement == 0) {
            assertThat(accepted)
                    .as("a draft equal to the target is always right")
                    .isEqualTo(2 * ANSWERS);
        }
    }

    /** Counts the first token of the answer and, where the proposal reached it, the second. */
    private static Verdict speculate(long seed, float[][] targetLogits, float[][] draftLogits, int[][] counts) {
        SamplingSettings settings = SamplingSettings.greedy(1);
        settings = new SamplingSettings(
                1,
                0,
                1,
                0,
                1,
                0,
                0,
                seed,
                settings.maxNewTokens(),
                settings.stopStrings(),
                settings.stopTokenIds(),
                false,
                settings.logprobs());
        Sampler target = new Sampler(settings, 0, new int[0]);
        Sampler draft = target.proposing();
        int first = draft.choose(draftLogits[0], new int[0]);
        int[] proposed = {first, draft.choose(draftLogits[1], new int[] {first})};
        float[][] q = {draft.probabilities(draftLogits[0], proposed), draft.probabilities(draftLogits[1], proposed)};
        float[][] p = new float[3][];
        for (int i = 0; i < 3; i++) {
            p[i] = target.probabilities(targetLogits[i], proposed);
        }
        Verdict verdict = target.acceptance().verify(proposed, q, p, 0);
        counts[0][verdict.accepted() > 0 ? proposed[0] : verdict.next()]++;
        if (verdict.accepted() > 0) {
            counts[1][verdict.accepted() > 1 ? proposed[1] : verdict.next()]++;
        }
        return verdict;
    }

    @Test
    void greedyAcceptsTheCommonPrefixAndContinuesWithTheTargetsToken() {
        SpeculativeAcceptance acceptance = new Sampler(SamplingSettings.greedy(9), 0, new int[0]).acceptance();
        float[][] target = {certain(4), certain(2), certain(7), certain(1)};
        assertThat(acceptance.verify(new int[] {4, 2, 7}, rows(4, 2, 7), target, 0))
                .isEqualTo(new Verdict(3, 1));
        assertThat(acceptance.verify(new int[] {4, 3, 7}, rows(4, 3, 7), target, 5))
                .isEqualTo(new Verdict(1, 2));
        assertThat(acceptance.verify(new int[] {0, 2, 7}, rows(0, 2, 7), target, 9))
                .isEqualTo(new Verdict(0, 4));
        assertThat(acceptance.verify(new int[0], new float[0][], rows(6), 0)).isEqualTo(new Verdict(0, 6));
    }

    @Test
    void refusesWhatTheDraftCannotHaveDrawn() {
        SpeculativeAcceptance acceptance = new Sampler(SamplingSettings.greedy(9), 0, new int[0]).acceptance();
        assertThatThrownBy(() -> acceptance.verify(new int[] {3}, rows(4), rows(4, 4), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("draft[0] must give token 3 a probability above 0");
        assertThatThrownBy(() -> acceptance.verify(new int[] {3}, rows(3), rows(4), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have 1 and 2 rows, had 1 and 1");
    }

    private static float[][] rows(int... tokens) {
        float[][] rows = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            rows[i] = certain(tokens[i]);
        }
        return rows;
    }

    private static float[] certain(int token) {
        float[] probabilities = new float[VOCAB];
        probabilities[token] = 1;
        return probabilities;
    }

    private static float[] normal(Random random) {
        return disturbed(new float[VOCAB], 1, random);
    }

    private static float[] disturbed(float[] logits, double deviation, Random random) {
        float[] disturbed = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            disturbed[i] = logits[i] + (float) (deviation * random.nextGaussian());
        }
        return disturbed;
    }
}
