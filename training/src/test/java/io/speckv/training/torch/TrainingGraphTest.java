package io.speckv.training.torch;

import static io.speckv.training.torch.GoldenTraining.DRAFT;
import static io.speckv.training.torch.GoldenTraining.SETTINGS;
import static io.speckv.training.torch.GoldenTraining.TARGET;
import static io.speckv.training.torch.GoldenTraining.open;
import static io.speckv.training.torch.GoldenTraining.shape;
import static io.speckv.training.torch.GoldenTraining.tokens;
import static io.speckv.training.torch.GoldenTraining.values;
import static io.speckv.training.torch.GoldenTraining.weighted;
import static io.speckv.training.torch.GoldenTraining.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.selection.cache.FullCache;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The training graph on golden checkpoints, most of them Qwen2's, in float32. */
class TrainingGraphTest {
    private static final String QK_NORMS = "the model has norms of queries and keys";
    private static final String WINDOWS = "the model has layers that see a window";
    private static final String BIASES = "the model has biases on more than queries, keys and values";
    private static final String FUSED = "the model has projections that are stored as one";
    private static final Map<String, String> NOT_TRAINED = Map.ofEntries(
            Map.entry("qwen3-target", QK_NORMS),
            Map.entry("qwen3-biases", QK_NORMS),
            Map.entry("qwen3-yarn", QK_NORMS),
            Map.entry("qwen3-moe", QK_NORMS),
            Map.entry("qwen3-moe-plain-shares", QK_NORMS),
            Map.entry("gemma3", QK_NORMS),
            Map.entry("gemma3-plain", QK_NORMS),
            Map.entry("gemma3-with-pictures", QK_NORMS),
            Map.entry("llama-biases", BIASES),
            Map.entry("mistral", WINDOWS),
            Map.entry("qwen2-window", WINDOWS),
            Map.entry("phi3-long", FUSED),
            Map.entry("phi3-partial", FUSED),
            Map.entry("phi3-short", FUSED),
            Map.entry("smollm3", "the model has layers that rotate a part, nothing, or in a way of their own"));

    /** Those of all golden checkpoints whose layers are not named as ones that cannot be trained. */
    static Stream<Path> trainable() {
        return everyShape().filter(folder -> !NOT_TRAINED.containsKey(String.valueOf(folder.getFileName())));
    }

    private static Stream<Path> everyShape() {
        return Stream.concat(
                Stream.of("qwen2-target", "qwen2-draft", "llama-target", "llama-scaled-rope-draft", "qwen3-target")
                        .map(GoldenRun::model),
                GoldenFamily.all().stream().map(GoldenFamily::folder));
    }

    @ParameterizedTest
    @MethodSource("trainable")
    void logitsEqualThoseOfTheInferenceGraph(Path folder) {
        int[][] tokens = tokens(2, 40, shape(folder).vocabSize());
        try (TrainingGraph training = open(folder);
                DecoderModel model = DecoderModel.open(folder, ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
                KvArena arena = model.newArena(1, 40)) {
            float[] logits = training.logits(WeightedTokens.from(tokens, 1));
            int vocabulary = training.shape().vocabSize();
            for (int i = 0; i < tokens.length; i++) {
                float[][] expected = inference(model, arena, tokens[i]);
                for (int j = 0; j < 39; j++) {
                    int row = (i * 39 + j) * vocabulary;
                    assertThat(Arrays.copyOfRange(logits, row, row + vocabulary))
                            .containsExactly(expected[j], within(1e-4f));
                }
            }
        }
    }

    @Test
    void layersThatTheGraphWouldComputeOtherwiseAreRefusedByWhatTheyHave() {
        assertThat(everyShape().toList()).allSatisfy(folder -> {
            String expected = NOT_TRAINED.get(String.valueOf(folder.getFileName()));
            assertThat(TrainableLayers.obstacle(shape(folder))).isEqualTo(Optional.ofNullable(expected));
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(GoldenRun.model("qwen3-target")))
                .withMessage("the model has norms of queries and keys; only models whose layers are Llama's or Qwen2's,"
                        + " all alike and without windows, can be trained");
    }

    @Test
    void aFrozenModelTeachesAndIsNotTrained() {
        WeightedTokens batch = weighted(2, 24);
        try (TrainingGraph student = open(DRAFT);
                TrainingGraph teacher = open(TARGET);
                TrainingGraph frozen =
                        TrainingGraph.frozen(shape(TARGET), DeviceName.CPU, Precision.FP32, weights(TARGET))) {
            assertThat(student.imitate(batch, frozen, Divergence.KL))
                    .isEqualTo(student.imitate(batch, teacher, Divergence.KL));
            assertThatIllegalStateException().isThrownBy(() -> frozen.learn(batch));
        }
    }

    @Test
    void updatesFollowAdamWAndClearTheGradients() {
        String name = "model.norm.weight";
        WeightedTokens batch = weighted(2, 24);
        Map<String, float[]> before = weights(TARGET);
        try (TrainingGraph graph = open(TARGET, before)) {
            graph.learn(batch);
            float[] gradient = graph.gradient(name);
            graph.update(SETTINGS);
            float[] after = values(graph.state().weights(), name);
            for (int i = 0; i < after.length; i++) {
                // The first step of Adam is the rate times the gradient's sign.
                double step = 1e-2 * gradient[i] / (Math.abs(gradient[i]) + 1e-8);
                assertThat(after[i]).isCloseTo((float) (values(before, name)[i] - step), within(1e-5f));
            }
            assertThat(graph.gradient(name)).containsOnly(0f);
        }
    }

    @Test
    void continuesFromItsStateAsIfItHadNotStopped() {
        WeightedTokens batch = weighted(2, 24);
        TrainingState halfway;
        Map<String, float[]> uninterrupted;
        try (TrainingGraph graph = open(TARGET)) {
            step(graph, batch);
            halfway = graph.state();
            step(graph, batch);
            uninterrupted = graph.state().weights();
        }
        try (TrainingGraph graph = TrainingGraph.open(shape(TARGET), DeviceName.CPU, Precision.FP32, halfway)) {
            step(graph, batch);
            assertThat(graph.updates()).isEqualTo(2);
            graph.state()
                    .weights()
                    .forEach((name, values) ->
                            assertThat(values).as(name).containsExactly(values(uninterrupted, name), within(1e-6f)));
        }
    }

    @Test
    void learnsToPredictWhatItIsShown() {
        WeightedTokens batch = WeightedTokens.from(tokens(2, 12), 1);
        try (TrainingGraph graph = open(TARGET)) {
            for (int i = 0; i < 60; i++) {
                step(graph, batch);
            }
            int[] expected =
                    Arrays.stream(batch.expected()).mapToInt(Math::toIntExact).toArray();
            assertThat(graph.predict(batch)).isEqualTo(expected);
        }
    }

    @Test
    void refusesWeightsOnTheFirstToken() {
        float[][] weights = {{1, 0, 0}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightedTokens(new int[][] {{1, 2, 3}}, weights))
                .withMessageContaining("sequence 0 gives its first token a weight");
    }

    private static void step(TrainingGraph graph, WeightedTokens batch) {
        graph.learn(batch);
        graph.update(SETTINGS);
    }

    private static float[][] inference(DecoderModel model, KvArena arena, int[] tokens) {
        KvSlot slot = arena.take();
        try (PromptPass pass = PromptPass.start(model, slot, new Eviction(new FullCache(), tokens.length, 0, false))) {
            pass.feed(tokens, true, YieldPoint.NONE);
            return pass.lastLogits(tokens.length);
        } finally {
            slot.release();
        }
    }
}
