package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.sampling.ChiSquare;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {
    private static final int VOCAB = 8;
    private static final int ANSWERS = 60_000;

    /** Says that the logits favour the token in their only place, whatever came before. */
    private static final TokenChoice FAVOURITE = (logits, generated) -> (int) logits[0];

    private static float[][] favouring(int... tokens) {
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = new float[] {tokens[i]};
        }
        return logits;
    }

    private static int[] verified(int[] drafted, float[][] logits) {
        return Verification.verify(drafted, logits, new int[] {9, 9}, FAVOURITE);
    }

    @Test
    void aDraftThatIsRightIsAcceptedWholeAndTheTargetsNextTokenFollows() {
        assertThat(verified(new int[] {1, 2, 3}, favouring(1, 2, 3, 4))).containsExactly(1, 2, 3, 4);
    }

    @Test
    void theTargetsTokenStandsInThePlaceOfTheFirstWrongOne() {
        assertThat(verified(new int[] {1, 2, 3}, favouring(1, 5, 3, 4))).containsExactly(1, 5);
        assertThat(verified(new int[] {1, 2, 3}, favouring(7, 2, 3, 4))).containsExactly(7);
    }

    @Test
    void withoutADraftTheTargetChoosesOneToken() {
        assertThat(verified(new int[0], favouring(6))).containsExactly(6);
    }

    @Test
    void everyChoiceSeesTheAnswerAndWhatWasAcceptedBefore() {
        TokenChoice length = (logits, generated) -> generated.length;

        assertThat(Verification.verify(new int[] {2, 3, 8}, favouring(0, 0, 0, 0), new int[] {9, 9}, length))
                .containsExactly(2, 3, 4);
    }

    @Test
    void sampledTokensAreThoseThatTheTargetWouldHaveDrawnAlone() {
        Random random = new Random(3);
        float[][] logits = new float[5][6];
        for (float[] row : logits) {
            for (int token = 0; token < row.length; token++) {
                row[token] = random.nextFloat();
            }
        }
        TokenChoice choice = new Answer(settings(7), 1, new int[] {0}, Set.of(), 100).choice();
        int[] alone = new int[0];
        for (float[] row : logits) {
            alone = TargetPrefill.concat(alone, Verification.verify(new int[0], new float[][] {row}, alone, choice));
        }
        int[] drafted = Arrays.copyOf(alone, 4);

        assertThat(Verification.verify(drafted, logits, new int[0], choice)).isEqualTo(alone);
        drafted[2] = (drafted[2] + 1) % 6;
        assertThat(Verification.verify(drafted, logits, new int[0], choice)).isEqualTo(Arrays.copyOf(alone, 3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1, 3})
    void answersAreDistributedAsTheTargetsWhateverTheDraft(double disagreement) {
        Random random = new Random(17);
        float[][] target = {normal(random), normal(random)};
        float[] draft = disturbed(target[0], disagreement, random);
        int[] first = new int[VOCAB];
        int[] second = new int[VOCAB];
        for (int seed = 0; seed < ANSWERS; seed++) {
            Sampler sampler = new Sampler(settings(seed), 0, new int[0], Set.of());
            int[] drafted = {sampler.proposing().choose(draft, new int[0])};
            int[] said = Verification.verify(drafted, target, new int[0], sampler::choose);
            first[said[0]]++;
            if (said.length > 1) {
                second[said[1]]++;
            }
        }
        Sampler alone = new Sampler(settings(0), 0, new int[0], Set.of());
        ChiSquare.assertDrawnFrom(alone.probabilities(target[0], new int[0]), first);
        ChiSquare.assertDrawnFrom(alone.probabilities(target[1], new int[0]), second);
    }

    private static float[] normal(Random random) {
        return disturbed(new float[VOCAB], 1, random);
    }

    private static float[] disturbed(float[] logits, double deviation, Random random) {
        float[] disturbed = logits.clone();
        for (int i = 0; i < disturbed.length; i++) {
            disturbed[i] += (float) (deviation * random.nextGaussian());
        }
        return disturbed;
    }

    private static SamplingSettings settings(long seed) {
        return new SamplingSettings(
                1.5f, 0, 1, 0, 1, 0, 0, seed, 10, List.of(), Set.of(), false, SamplingSettings.NO_LOGPROBS);
    }
}
