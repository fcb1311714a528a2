package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.NonFiniteException;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenDraw;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that are chosen on the device are those that are chosen on the host. */
class DeviceSamplerTest {
    private static final int[] NOTHING = {};

    /** Several logits of a row are equal in a small vocabulary of whole numbers. */
    @ParameterizedTest
    @CsvSource({"7,1", "300,4", "2000,0"})
    void everyRowOfAStepGetsTheTokenThatItsOwnSamplerChooses(int vocabSize, float spread) {
        Random random = new Random(vocabSize);
        for (int step = 0; step < 60; step++) {
            int rows = 1 + random.nextInt(40);
            float[][] logits = new float[rows][];
            List<TokenDraw> draws = new ArrayList<>();
            List<Integer> tokens = new ArrayList<>();
            List<Optional<TokenLogprobs>> logprobs = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                logits[row] = logits(random, vocabSize, spread);
                Sampler sampler = sampler(random, vocabSize);
                int[] generated = random.ints(random.nextInt(20), 0, vocabSize).toArray();
                draws.add(sampler.draw(generated));
                int token = sampler.choose(logits[row], generated);
                tokens.add(token);
                logprobs.add(sampler.logprobs(logits[row], token));
            }
            List<ChosenToken> chosen = choose(logits, draws);
            assertThat(chosen.stream().map(ChosenToken::orThrow))
                    .as("step %d", step)
                    .isEqualTo(tokens);
            for (int row = 0; row < rows; row++) {
                assertReported(chosen.get(row).logprobs(), logprobs.get(row));
            }
        }
    }

    @Test
    void aRowOfNoNumbersFailsAndNoOtherRow() {
        SamplingSettings settings = settings(0.7, 0, 1, 0, 1);
        TokenDraw draw = new Sampler(settings, 1, NOTHING, Set.of()).draw(NOTHING);
        float infinite = Float.POSITIVE_INFINITY;
        float[][] logits = {
            {1, Float.NaN, 2}, {3, 1, 1}, {0, infinite, 0}, {-infinite, -infinite, -infinite}, {-infinite, 5, -infinite}
        };
        List<ChosenToken> chosen = choose(logits, List.of(draw, draw, draw, draw, draw));
        assertThatThrownBy(() -> chosen.get(0).orThrow())
                .isInstanceOf(NonFiniteException.class)
                .hasMessageContaining("found NaN at index 1");
        assertThatThrownBy(() -> chosen.get(2).orThrow()).isInstanceOf(NonFiniteException.class);
        assertThatThrownBy(() -> chosen.get(3).orThrow()).isInstanceOf(NonFiniteException.class);
        assertThat(chosen.get(4).orThrow()).isEqualTo(1);
        assertThat(chosen.get(1).orThrow())
                .isEqualTo(new Sampler(settings, 1, NOTHING, Set.of()).choose(logits[1], NOTHING));
    }

    @Test
    void aNumberThatIsNoneFailsWhereItsLogProbabilityIsWantedEvenIfItCannotBeChosen() {
        SamplingSettings reporting = settings(0, 2, 1, 0, 1).steered(5, Map.of());
        Sampler sampler = new Sampler(reporting, 1, NOTHING, Set.of(1));
        float[] logits = {1, Float.NaN, 2};
        ChosenToken chosen =
                choose(new float[][] {logits}, List.of(sampler.draw(NOTHING))).get(0);
        assertThatThrownBy(chosen::orThrow).isInstanceOf(NonFiniteException.class);
        assertThatThrownBy(() -> sampler.logprobs(logits, sampler.choose(logits, NOTHING)))
                .isInstanceOf(NonFiniteException.class);
    }

    @Test
    void ofEquallyLikelyTokensTheLowerIdsStay() {
        float[] alike = new float[50];
        for (double topP : new double[] {1, 0.1}) {
            int topK = topP < 1 ? 0 : 5;
            for (int seed = 0; seed < 40; seed++) {
                Sampler sampler = new Sampler(settings(1, topK, topP, 0, 1), seed, NOTHING, Set.of());
                int token = choose(new float[][] {alike}, List.of(sampler.draw(NOTHING)))
                        .get(0)
                        .orThrow();
                assertThat(token).isLessThan(5).isEqualTo(sampler.choose(alike, NOTHING));
            }
        }
    }

    private static List<ChosenToken> choose(float[][] logits, List<TokenDraw> draws) {
        try (DeviceLogits onDevice = DeviceLogits.of(DeviceName.CPU, logits)) {
            return onDevice.choose(draws);
        }
    }

    private static void assertReported(Optional<TokenLogprobs> seen, Optional<TokenLogprobs> expected) {
        assertThat(seen.isPresent()).isEqualTo(expected.isPresent());
        expected.ifPresent(right -> {
            TokenLogprobs told = seen.orElseThrow();
            assertThat(told.token()).isEqualTo(right.token());
            assertThat(told.logprob()).isCloseTo(right.logprob(), within(1e-6f));
            assertThat(told.topTokens()).isEqualTo(right.topTokens());
            assertThat(told.topLogprobs()).containsExactly(right.topLogprobs(), within(1e-6f));
        });
    }

    private static float[] logits(Random random, int vocabSize, float spread) {
        float[] logits = new float[vocabSize];
        for (int i = 0; i < vocabSize; i++) {
            logits[i] = spread == 0 ? random.nextInt(9) : (float) random.nextGaussian() * spread;
        }
        return logits;
    }

    /** Returns a sampler with any settings, a prompt, biases and end tokens, some of which the vocabulary lacks. */
    private static Sampler sampler(Random random, int vocabSize) {
        SamplingSettings shaped = settings(
                random.nextInt(3) == 0 ? 0 : 0.2 + random.nextDouble() * 1.5,
                random.nextBoolean() ? 0 : 1 + random.nextInt(2 * vocabSize),
                random.nextBoolean() ? 1 : 0.05 + 0.9 * random.nextDouble(),
                random.nextBoolean() ? 0 : random.nextDouble(),
                random.nextBoolean() ? 1 : 0.5 + random.nextDouble());
        Map<Integer, Float> biases = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            biases.put(random.nextInt(vocabSize), (float) random.nextGaussian() * 3);
        }
        int[] prompt = random.ints(random.nextInt(30), 0, vocabSize).toArray();
        Set<Integer> ends = Set.of(random.nextInt(vocabSize), vocabSize + 3);
        return new Sampler(shaped.steered(random.nextInt(20), biases), random.nextLong(), prompt, ends);
    }

    private static SamplingSettings settings(
            double temperature, int topK, double topP, double minP, double repetition) {
        boolean reports = topK % 2 == 0;
        return new SamplingSettings(
                temperature,
                topK,
                topP,
                minP,
                repetition,
                repetition == 1 ? 0 : repetition - 1,
                repetition == 1 ? 0 : 0.3,
                null,
                100,
                List.of(),
                Set.of(),
                false,
                reports ? topK % 12 : SamplingSettings.NO_LOGPROBS);
    }
}
