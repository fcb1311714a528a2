package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of a prompt's tokens by random attention, against the reductions in the Javadoc of {@link AttentionScoring}. */
class AttentionTallyTest {
    private static AttentionScoring scoring(int window, int firstLayer, Reduction one, Reduction two, Reduction three) {
        return new AttentionScoring(window, true, firstLayer, one, two, three, false, 4, 1);
    }

    private static AttentionScoring scoring(int window, int firstLayer) {
        return scoring(window, firstLayer, Reduction.MAX, Reduction.MAX, Reduction.MAX);
    }

    private static Path llama() {
        return GoldenRun.model("llama-target");
    }

    private static Path family(String name) {
        return GoldenFamily.named(name).folder();
    }

    /** A tally of {@code prompt} tokens and some decoded ones, and its scores in plain Java. */
    private static final class Case implements AutoCloseable {
        private final AttentionScoring scoring;
        private final int prompt;
        private final IntPredicate counted;
        private final DecoderModel model;
        private final NDManager scope;
        private final Random random = new Random(3);
        private final AttentionTally tally;
        private final List<float[]> steps = new ArrayList<>();

        Case(Path folder, AttentionScoring scoring, int prompt, IntPredicate counted) {
            this.scoring = scoring;
            this.prompt = prompt;
            this.counted = counted;
            this.model = DecoderModel.open(folder, ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
            this.scope = model.newScope();
            this.tally = new AttentionTally(scoring, prompt);
        }

        Case(Path folder, AttentionScoring scoring, int prompt) {
            this(folder, scoring, prompt, layer -> true);
        }

        /** The prompt in one piece of its last {@code rows} tokens, after others. */
        Case read(int rows) {
            int window = tally.windowQueries();
            float[] ramp = new float[window];
            for (int i = 0; i < window; i++) {
                ramp[i] = !scoring.weightedQueries() || window == 1 ? 1 : i / (window - 1f);
            }
            step(
                    rows,
                    prompt,
                    prompt - window,
                    ramp,
                    (layer, queries, keys) ->
                            tally.addPrompt(model, scope, layer, queries.tensor(), keys.tensor(), prompt - rows, rows));
            return this;
        }

        /** One more token; the cache holds {@code tokens} with it. */
        Case decode(int tokens) {
            int visible = scoring.promptKeysOnly() ? prompt : tokens;
            step(
                    1,
                    tokens,
                    visible - 1,
                    new float[] {1},
                    (layer, queries, keys) ->
                            tally.addDecoded(model, scope, layer, queries.tensor(), keys.tensor(), tokens));
            return this;
        }

        private interface Layer {
            void add(int layer, HeadNumbers queries, HeadNumbers keys);
        }

        private void step(int rows, int tokens, int position, float[] ramp, Layer adding) {
            ModelShape shape = model.shape();
            Reduction within = scoring.withinStep();
            float[] step = filled(within.identity());
            int terms = 0;
            for (int layer = 0; layer < shape.layers(); layer++) {
                HeadNumbers queries = HeadNumbers.normal(scope, random, shape.heads(), rows, shape.headDim());
                HeadNumbers keys = HeadNumbers.normal(scope, random, shape.kvHeads(), tokens, shape.headDim());
                adding.add(layer, queries, keys);
                if (layer < scoring.startingLayerIndex() || !counted.test(layer)) {
                    continue;
                }
                terms += shape.heads();
                int window = shape.layer(layer).window();
                int before = rows - ramp.length;
                double[][][] weights =
                        ReferenceAttention.weights(queries.numbers(), keys.numbers(), (head, row, key) -> {
                            int place = position + row - before;
                            return key <= place && (window == 0 || key > place - window);
                        });
                for (int head = 0; head < shape.heads(); head++) {
                    for (int key = 0; key < prompt; key++) {
                        float seen = scoring.overQueries().identity();
                        for (int row = 0; row < ramp.length; row++) {
                            float weight = pooled(weights[head][row + before], key) * ramp[row];
                            seen = scoring.overQueries().combine(seen, weight);
                        }
                        step[key] =
                                within.combine(step[key], scoring.overQueries().finish(seen, ramp.length));
                    }
                }
            }
            for (int key = 0; key < prompt; key++) {
                step[key] = within.finish(step[key], terms);
            }
            steps.add(step);
        }

        private float pooled(double[] weights, int key) {
            int half = scoring.meanPoolKernel() / 2;
            double sum = 0;
            for (int near = Math.max(0, key - half); near <= Math.min(prompt - 1, key + half); near++) {
                sum += weights[near];
            }
            return (float) (sum / scoring.meanPoolKernel());
        }

        private float[] filled(float value) {
            float[] numbers = new float[prompt];
            Arrays.fill(numbers, value);
            return numbers;
        }

        void assertScores() {
            Reduction across = scoring.acrossSteps();
            float[] expected = filled(across.identity());
            for (float[] step : steps) {
                for (int key = 0; key < prompt; key++) {
                    expected[key] = across.combine(expected[key], step[key]);
                }
            }
            for (int key = 0; key < prompt; key++) {
                expected[key] = across.finish(expected[key], steps.size());
            }
            assertThat(tally.scores()).containsExactly(expected, within(1e-5f));
        }

        @Override
        public void close() {
            scope.close();
            model.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"MAX, MAX, MAX", "SUM, SUM, SUM", "MEAN, MAX, MAX", "MAX, MAX, MEAN", "MEAN, MEAN, MEAN"})
    void queriesThenHeadsAndLayersThenStepsAreReduced(Reduction one, Reduction two, Reduction three) {
        try (Case c = new Case(llama(), scoring(6, 0, one, two, three), 20)) {
            c.read(20).assertScores();
            c.decode(21).decode(22).assertScores();
        }
    }

    /** SpecPrefill's: the prompt's keys alone, each with its neighbours, and the mean of the steps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aDecodedTokenMaySeeThePromptAlone(int kernel) {
        AttentionScoring alone =
                new AttentionScoring(1, false, 0, Reduction.MAX, Reduction.MAX, Reduction.MEAN, true, 4, kernel);
        try (Case c = new Case(llama(), alone, 20)) {
            c.read(20).decode(21).decode(22).assertScores();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void queriesOfTheWindowMayCountAlike(boolean weighted) {
        AttentionScoring scoring =
                new AttentionScoring(5, weighted, 0, Reduction.SUM, Reduction.MAX, Reduction.MAX, false, 4, 1);
        try (Case c = new Case(llama(), scoring, 20)) {
            c.read(9).assertScores();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 12, 13, 100})
    void aPromptShorterThanTheWindowScoresWithAllItsQueries(int window) {
        try (Case c = new Case(llama(), scoring(window, 0), 12)) {
            assertThat(c.tally.windowQueries()).isEqualTo(Math.min(window, 12));
            c.read(12).assertScores();
        }
    }

    @Test
    void layersBelowTheFirstThatCountsAreIgnored() {
        try (Case c = new Case(llama(), scoring(4, 2), 20)) {
            c.read(20).decode(21).assertScores();
        }
    }

    /** Of four layers two see 16 tokens. */
    @ParameterizedTest
    @CsvSource({"30, 2", "16, 4"})
    void layersThatDoNotSeeThePromptDoNotCount(int prompt, int layers) {
        try (Case c = new Case(family("qwen2-window"), scoring(4, 0), prompt, layer -> layer < layers)) {
            c.read(prompt).assertScores();
        }
    }

    /** All see 24 tokens. */
    @Test
    void whereNoLayerSeesThePromptAllCount() {
        try (Case c = new Case(family("mistral"), scoring(4, 0), 40)) {
            c.read(40).decode(41).assertScores();
        }
    }

    @Test
    void beforeTheFirstStepAllScoresAreZero() {
        AttentionScoring means = scoring(4, 0, Reduction.MEAN, Reduction.MEAN, Reduction.MEAN);
        assertThat(new AttentionTally(means, 3).scores()).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 16, the last piece has 16 of 19 tokens; it must end the prompt of 20 and hold its window of 4",
        "8, 7, the last piece has 7 of 20 tokens; it must end the prompt of 20 and hold its window of 8"
    })
    void aLastPieceThatDoesNotHoldTheWindowIsRefused(int window, int rows, String message) {
        try (Case c = new Case(llama(), scoring(window, 0), 20)) {
            int past = rows == 16 ? 3 : 13;
            HeadNumbers queries = HeadNumbers.normal(c.scope, c.random, 4, rows, 16);
            HeadNumbers keys = HeadNumbers.normal(c.scope, c.random, 2, 20, 16);
            assertThatThrownBy(
                            () -> c.tally.addPrompt(c.model, c.scope, 0, queries.tensor(), keys.tensor(), past, rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }
}
