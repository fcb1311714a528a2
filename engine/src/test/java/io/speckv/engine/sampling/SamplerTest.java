package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.NonFiniteException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
    private static final int[] NOTHING = {};

    /** Probabilities 0.4, 0.3, 0.2, 0.1, in another order. */
    private static final float[] LOGITS = logits(0.1, 0.4, 0.2, 0.3);

    @Test
    void greedyTakesTheLowestOfEquallyLikelyTokens() {
        Sampler sampler = Shaping.NONE.temperature(0).sampler();
        assertThat(sampler.choose(new float[] {1, 3, 2, 3}, NOTHING)).isEqualTo(1);
        assertThat(sampler.probabilities(new float[] {1, 3, 2, 3}, NOTHING)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void temperatureSharpensAndFlattens() {
        assertProbabilities(Shaping.NONE, 0.1, 0.4, 0.2, 0.3);
        assertProbabilities(Shaping.NONE.temperature(0.5), 0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3);
        assertThat(Shaping.NONE.temperature(1e-9).sampler().probabilities(LOGITS, NOTHING))
                .containsExactly(0, 1, 0, 0);
    }

    @Test
    void topKKeepsTheMostLikely() {
        assertProbabilities(Shaping.NONE.topK(2), 0, 4 / 7.0, 0, 3 / 7.0);
        assertProbabilities(Shaping.NONE.topK(100), 0.1, 0.4, 0.2, 0.3);
        assertThat(Shaping.NONE.topK(1).sampler().probabilities(new float[4], NOTHING))
                .containsExactly(1, 0, 0, 0);
    }

    @Test
    void topPKeepsTheFewestThatReachTheMass() {
        assertProbabilities(Shaping.NONE.topP(0.65), 0, 4 / 7.0, 0, 3 / 7.0);
        assertProbabilities(Shaping.NONE.topP(0.75), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
        assertProbabilities(Shaping.NONE.topP(1e-9), 0, 1, 0, 0);
    }

    @Test
    void topPCountsWhatTopKLeft() {
        // Of 4/7 and 3/7 the first alone reaches a half; of 0.4 and 0.3 it would not.
        assertProbabilities(Shaping.NONE.topK(2).topP(0.5), 0, 1, 0, 0);
    }

    @Test
    void minPKeepsWhatIsLikelyEnoughBesideTheBest() {
        assertProbabilities(Shaping.NONE.minP(0.6), 0, 4 / 7.0, 0, 3 / 7.0);
        assertProbabilities(Shaping.NONE.minP(1), 0, 1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99, 0.9999})
    void topPOfALargeVocabularyIsThatOfSortingAll(double topP) {
        float[] logits = new float[20_000];
        Random random = new Random(5);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 2;
        }
        float[] all = Shaping.NONE.sampler().probabilities(logits, NOTHING);
        int[] ranked = IntStream.range(0, all.length)
                .boxed()
                .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double mass = 0;
        int kept = 0;
        while (mass < topP) {
            mass += all[ranked[kept++]];
        }
        float[] nucleus = Shaping.NONE.topP(topP).sampler().probabilities(logits, NOTHING);
        assertThat((int) IntStream.range(0, all.length)
                        .filter(i -> nucleus[i] > 0)
                        .count())
                .isCloseTo(kept, within(1));
        assertThat(nucleus[ranked[0]]).isCloseTo((float) (all[ranked[0]] / mass), within(1e-5f));
    }

    @Test
    void repetitionPenaltyCountsPromptAndAnswerOnce() {
        Sampler sampler = Shaping.NONE.temperature(0).penalties(2, 0, 0).sampler(1, 1);
        assertThat(sampler.choose(new float[] {3, 5, 0}, NOTHING)).isEqualTo(0);
        assertThat(sampler.choose(new float[] {3, 7, 0}, NOTHING)).isEqualTo(1);
        assertThat(sampler.choose(new float[] {3, 5, 2}, new int[] {0, 0})).isEqualTo(1);
        assertThat(sampler.choose(new float[] {-3, -2, -9}, NOTHING))
                .as("negative logits are multiplied")
                .isZero();
    }

    @Test
    void presenceAndFrequencyPenaltiesCountTheAnswerAlone() {
        float[] logits = {2, 1, 0};
        Sampler presence = Shaping.NONE.temperature(0).penalties(1, 1.5, 0).sampler(0);
        assertThat(presence.choose(logits, NOTHING)).isEqualTo(0);
        assertThat(presence.choose(logits, new int[] {0})).isEqualTo(1);
        assertThat(presence.choose(logits, new int[] {0, 0, 1, 1})).isZero();
        Sampler frequency = Shaping.NONE.temperature(0).penalties(1, 0, 0.7).sampler(0);
        assertThat(frequency.choose(logits, new int[] {0})).isEqualTo(0);
        assertThat(frequency.choose(logits, new int[] {0, 0})).isEqualTo(1);
        assertThat(logits).as("the logits stay as they were").containsExactly(2, 1, 0);
    }

    @Test
    void forbidsTheTokensThatEndAnAnswerUntilItIsLongEnough() {
        SamplingSettings settings = Shaping.NONE.temperature(0).settings().steered(2, Map.of());
        Sampler sampler = new Sampler(settings, 0, NOTHING, Set.of(2));
        float[] logits = {1, 3, 5};
        assertThat(sampler.choose(logits, NOTHING)).isEqualTo(1);
        assertThat(sampler.choose(logits, new int[] {0})).isEqualTo(1);
        assertThat(sampler.choose(logits, new int[] {0, 0})).isEqualTo(2);
        assertThat(sampler.probabilities(logits, NOTHING)).containsExactly(0, 1, 0);
        assertThat(logits).as("the logits stay as they were").containsExactly(1, 3, 5);
    }

    @Test
    void addsTheBiasBeforePenaltiesAndDraw() {
        SamplingSettings settings =
                Shaping.NONE.temperature(0).penalties(2, 0, 0).settings().steered(0, Map.of(0, 100f, 1, -100f));
        Sampler sampler = new Sampler(settings, 0, NOTHING, Set.of());
        assertThat(sampler.choose(new float[] {-50, 30, 20}, NOTHING)).isZero();
        // The penalty halves 50; it would have doubled -50.
        assertThat(sampler.choose(new float[] {-50, 30, 20}, new int[] {0})).isZero();
        assertThat(sampler.choose(new float[] {-50, 30, 26}, new int[] {0})).isEqualTo(2);
    }

    @Test
    void drawsTokensAsOftenAsTheirProbabilitiesSay() {
        Sampler sampler = Shaping.NONE.temperature(0.8).topK(3).sampler();
        int[] counts = new int[4];
        for (int i = 0; i < 50_000; i++) {
            counts[sampler.choose(LOGITS, new int[i % 1000])]++;
            if (i % 1000 == 999) {
                sampler = new Sampler(withSeed(Shaping.NONE.temperature(0.8).topK(3), i), 0, NOTHING, Set.of());
            }
        }
        ChiSquare.assertDrawnFrom(sampler.probabilities(LOGITS, NOTHING), counts);
    }

    @Test
    void sameSeedSameTokensAndAnotherSeedOthers() {
        int[] first = answer(Shaping.NONE.sampler());
        assertThat(answer(Shaping.NONE.sampler())).isEqualTo(first);
        assertThat(answer(new Sampler(withSeed(Shaping.NONE, 2), 0, NOTHING, Set.of())))
                .isNotEqualTo(first);
        assertThat(answer(Shaping.NONE.sampler().proposing())).isNotEqualTo(first);
    }

    @Test
    void theFallbackSeedCountsOnlyWhereTheSettingsNameNone() {
        SamplingSettings unseeded = withSeed(Shaping.NONE, null);
        assertThat(answer(new Sampler(unseeded, 1, NOTHING, Set.of()))).isEqualTo(answer(Shaping.NONE.sampler()));
        assertThat(answer(new Sampler(unseeded, 5, NOTHING, Set.of()))).isNotEqualTo(answer(Shaping.NONE.sampler()));
    }

    @Test
    void refusesLogitsThatAreNoNumbers() {
        for (Shaping shaping : new Shaping[] {Shaping.NONE, Shaping.NONE.temperature(0), Shaping.NONE.topK(1)}) {
            assertThatThrownBy(() -> shaping.sampler().choose(new float[] {1, Float.NaN}, NOTHING))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageContaining("found NaN at index 1");
        }
        float infinite = Float.POSITIVE_INFINITY;
        for (Sampler sampler : new Sampler[] {
            Shaping.NONE.sampler(), Shaping.NONE.temperature(0).sampler()
        }) {
            assertThatThrownBy(() -> sampler.choose(new float[] {1, infinite}, NOTHING))
                    .isInstanceOf(NonFiniteException.class);
            assertThatThrownBy(() -> sampler.choose(new float[] {-infinite, -infinite}, NOTHING))
                    .isInstanceOf(NonFiniteException.class);
        }
        assertThat(Shaping.NONE.sampler().choose(new float[] {-infinite, 1}, NOTHING))
                .isEqualTo(1);
    }

    @Test
    void reportsTheModelsOwnLogProbabilities() {
        Sampler sampler =
                Shaping.NONE.temperature(0.1).topK(1).penalties(2, 1, 1).sampler();
        TokenLogprobs logprobs = sampler.logprobs(LOGITS, 0).orElseThrow();
        assertThat(logprobs.token()).isZero();
        assertThat(logprobs.logprob()).isCloseTo((float) Math.log(0.1), within(1e-5f));
        assertThat(logprobs.topTokens()).containsExactly(1, 3);
        assertThat(logprobs.topLogprobs()[1]).isCloseTo((float) Math.log(0.3), within(1e-5f));
        assertThat(new Sampler(SamplingSettings.greedy(1), 0, NOTHING, Set.of()).logprobs(LOGITS, 0))
                .isEmpty();
    }

    private static void assertProbabilities(Shaping shaping, double... expected) {
        float[] probabilities = shaping.sampler().probabilities(LOGITS, NOTHING);
        for (int i = 0; i < expected.length; i++) {
            assertThat(probabilities[i]).isCloseTo((float) expected[i], within(1e-6f));
        }
    }

    private static int[] answer(Sampler sampler) {
        int[] tokens = new int[30];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = sampler.choose(LOGITS, Arrays.copyOf(tokens, i));
        }
        return tokens;
    }

    private static SamplingSettings withSeed(Shaping shaping, @Nullable Integer seed) {
        SamplingSettings s = shaping.settings();
        return new SamplingSettings(
                s.temperature(),
                s.topK(),
                s.topP(),
                s.minP(),
                s.repetitionPenalty(),
                s.presencePenalty(),
                s.frequencyPenalty(),
                seed == null ? null : Long.valueOf(seed),
                s.maxNewTokens(),
                s.stopStrings(),
                s.stopTokenIds(),
                s.ignoreEos(),
                s.logprobs());
    }

    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]) + 3;
        }
        return logits;
    }
}
