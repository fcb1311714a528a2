package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.CancelledException;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.TinyClassifier;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.WeightsFile;
import io.speckv.engine.checkpoint.config.EncoderArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("numerics")
class TokenClassifierTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    @TempDir
    Path folder;

    private static int[] tokens(int count, long seed) {
        Random random = new Random(seed);
        return random.ints(count, 0, 200).toArray();
    }

    static Stream<Arguments> families() {
        return Stream.of(EncoderArchitecture.values())
                .flatMap(architecture -> Stream.of(WeightType.values()).map(type -> Arguments.of(architecture, type)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void probabilitiesEqualThePlainJavaEncoders(EncoderArchitecture architecture, WeightType type) {
        TinyClassifier tiny = new TinyClassifier(architecture, type, 7);
        tiny.write(folder);
        ReferenceEncoder reference =
                new ReferenceEncoder(tiny.shape(), WeightsFile.read(folder.resolve("model.safetensors")));
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            for (int count : new int[] {1, 2, 33, 64}) {
                int[] tokens = tokens(count, count);
                double[] expected = reference.keepProbabilities(tokens);
                float[] found = classifier.keepProbabilities(tokens, YieldPoint.NONE);
                assertThat(found).hasSize(count);
                for (int i = 0; i < count; i++) {
                    assertThat((double) found[i]).as("token %d of %d", i, count).isCloseTo(expected[i], within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "INT8"})
    void lowerPrecisionsStayNear(Precision precision) {
        TinyClassifier.BERT.write(folder);
        int[] tokens = tokens(40, 3);
        try (TokenClassifier exact = TokenClassifier.open(folder, FP32);
                TokenClassifier coarse = TokenClassifier.open(folder, FP32.withPrecision(precision))) {
            float[] expected = exact.keepProbabilities(tokens, YieldPoint.NONE);
            assertThat(coarse.keepProbabilities(tokens, YieldPoint.NONE)).containsExactly(expected, within(0.1f));
        }
    }

    @Test
    void xlmRobertasPositionsBeginAfterThePaddingToken() throws IOException {
        TinyClassifier.XLM_ROBERTA.write(folder);
        assertThat(TinyClassifier.XLM_ROBERTA.shape().positions()).isEqualTo(66);
        int[] tokens = tokens(64, 5);
        float[] before;
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            assertThat(classifier.shape().firstPosition()).isEqualTo(2);
            assertThat(classifier.shape().maxTokens()).isEqualTo(64);
            before = classifier.keepProbabilities(tokens, YieldPoint.NONE);
        }
        // The same rows one lower: with a padding token of 0 the first token gets the row after it.
        Files.writeString(
                folder.resolve("config.json"),
                TinyClassifier.XLM_ROBERTA.config().put("pad_token_id", 0).toString());
        try (TokenClassifier shifted = TokenClassifier.open(folder, FP32)) {
            assertThat(shifted.shape().maxTokens()).isEqualTo(65);
            assertThat(shifted.keepProbabilities(tokens, YieldPoint.NONE)).isNotEqualTo(before);
        }
    }

    @Test
    void layerNormsEpsilonIsTheConfigs() throws IOException {
        // Mean 2 and variance 1, to which the config adds 3: each number is halved.
        assertThat(call("layer_norm", 3.0, new float[] {1, 3}, new float[] {1, 1}, new float[] {0, 0.25f}))
                .containsExactly(-0.5f, 0.75f);
        TinyClassifier.BERT.write(folder);
        float[] small = classify(folder);
        Files.writeString(
                folder.resolve("config.json"),
                TinyClassifier.BERT.config().put("layer_norm_eps", 0.5).toString());
        assertThat(classify(folder)).isNotEqualTo(small);
    }

    private static float[] classify(Path folder) {
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            return classifier.keepProbabilities(tokens(9, 1), YieldPoint.NONE);
        }
    }

    @Test
    void geluIsTheExactOne() {
        // x times the normal distribution's share below x; the tanh approximation has 0.8411920 and -0.1542860.
        byte[] archive = archive(1e-5);
        try (Graph graph = Graph.load("encoder", archive, DeviceName.CPU);
                NDManager memory = Devices.newManager(DeviceName.CPU)) {
            NDArray identity = memory.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
            NDArray none = memory.create(new Shape(0));
            try (IValue linear = graph.call("linear")
                    .with(LinearKind.PLAIN.word())
                    .with(identity)
                    .with(none)
                    .with(none)
                    .value()) {
                assertThat(graph.call("up")
                                .with(memory.create(new float[] {1, -0.5f}, new Shape(1, 2)))
                                .withShared(linear)
                                .tensor(memory)
                                .toFloatArray())
                        .containsExactly(new float[] {0.8413447f, -0.1542688f}, within(1e-6f));
            }
        }
    }

    private static byte[] archive(double epsilon) {
        return GraphArchive.pack(
                "Encoder", Map.of("heads", 1, "epsilon", epsilon), "encoder.py", "weights.py", "linears.py");
    }

    private static float[] call(String method, double epsilon, float[]... rows) {
        try (Graph graph = Graph.load("encoder", archive(epsilon), DeviceName.CPU);
                NDManager memory = Devices.newManager(DeviceName.CPU)) {
            Graph.Call call = graph.call(method).with(memory.create(rows[0], new Shape(1, rows[0].length)));
            for (int i = 1; i < rows.length; i++) {
                call.with(memory.create(rows[i]));
            }
            return call.tensor(memory).toFloatArray();
        }
    }

    @Test
    void everyTokenSeesTheOnesAfterIt() {
        TinyClassifier.BERT.write(folder);
        int[] tokens = tokens(20, 4);
        int[] changed = tokens.clone();
        changed[19] = (changed[19] + 1) % 200;
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            assertThat(classifier.keepProbabilities(changed, YieldPoint.NONE)[0])
                    .isNotEqualTo(classifier.keepProbabilities(tokens, YieldPoint.NONE)[0]);
        }
    }

    @Test
    void nothingIsLeftBehind() {
        TinyClassifier.BERT.write(folder);
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            int before = classifier.openScopesAndArrays();
            for (int i = 0; i < 5; i++) {
                classifier.keepProbabilities(tokens(30, i), YieldPoint.NONE);
            }
            assertThatThrownBy(() -> classifier.keepProbabilities(tokens(30, 1), YieldPoint.endingWhen(() -> true)))
                    .isInstanceOf(CancelledException.class);
            assertThat(classifier.openScopesAndArrays()).isEqualTo(before);
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        TinyClassifier.BERT.write(folder);
        try (TokenClassifier classifier = TokenClassifier.open(folder, FP32)) {
            assertThatThrownBy(() -> classifier.keepProbabilities(new int[] {3, 200}, YieldPoint.NONE))
                    .isInstanceOf(TokenOutOfVocabularyException.class)
                    .hasMessageContaining("found 200 at index 1");
            assertThatThrownBy(() -> classifier.keepProbabilities(tokens(65, 1), YieldPoint.NONE))
                    .hasMessage("a chunk has 65 tokens, must have 1 to 64");
        }
    }

    @Test
    void aTensorThatIsMissingMisshapenOrNotFiniteIsNamed() throws IOException {
        TinyClassifier.BERT.write(folder);
        String bias = "bert.encoder.layer.1.output.LayerNorm.bias";
        assertWeightsRefused(Map.of(bias, new long[0]), bias, "none of this name");
        assertWeightsRefused(Map.of("classifier.weight", new long[] {3, 24}), "classifier.weight", "[3, 24]");

        TinyClassifier.BERT.writeWeights(folder, Map.of());
        damageLastNumber();
        assertThatThrownBy(() -> TokenClassifier.open(folder, FP32))
                .isInstanceOfSatisfying(CheckpointException.class, e -> {
                    assertThat(e.item()).contains("classifier.bias");
                    assertThat(e.found()).isEqualTo("NaN or infinity");
                });
    }

    private void assertWeightsRefused(Map<String, long[]> shapes, String tensor, String found) throws IOException {
        TinyClassifier.BERT.writeWeights(folder, shapes);
        assertThatThrownBy(() -> TokenClassifier.open(folder, FP32))
                .isInstanceOfSatisfying(CheckpointException.class, e -> {
                    assertThat(e.item()).contains(tensor);
                    assertThat(e.found()).isEqualTo(found);
                });
    }

    /** Makes the last number of the last tensor, a float32 in little-endian order, NaN. */
    private void damageLastNumber() throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = 0x7F;
        bytes[bytes.length - 2] = (byte) 0xC0;
        Files.write(file, bytes);
    }
}
