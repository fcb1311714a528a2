package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again as the same model, or is not written. Models have four layers and heads of 16 channels. */
class ConfigWriterTest {
    private static final int FULL = LayerShape.NO_WINDOW;
    private static final Rope PLAIN = Rope.plain(10_000);

    @TempDir
    Path temp;

    private static ModelShape shape(Architecture architecture, Biases biases, int positions, LayerShape... layers) {
        Experts experts = architecture.has(Architecture.Part.EXPERTS) ? new Experts(4, 2, 32, true) : Experts.NONE;
        return new ModelShape(
                architecture,
                100,
                32,
                48,
                4,
                2,
                16,
                1e-6,
                Activation.SILU,
                0.25,
                biases,
                experts,
                List.of(layers),
                positions,
                false);
    }

    private static ModelShape shape(Architecture architecture, int positions, LayerShape... layers) {
        return shape(architecture, architecture.unsaid().biases(), positions, layers);
    }

    private static LayerShape[] alike(LayerShape layer) {
        return Collections.nCopies(4, layer).toArray(LayerShape[]::new);
    }

    private void assertReadAgain(ModelShape shape) throws IOException {
        ModelConfig config = new ModelConfig(shape, Set.of(9, 7));
        ConfigWriter.write(config, temp);
        assertThat(ModelConfig.read(temp)).isEqualTo(config);
    }

    static Stream<Arguments> scalings() {
        List<Double> ones = Collections.nCopies(8, 1.0);
        List<Double> twos = Collections.nCopies(8, 2.0);
        return Stream.of(
                Arguments.of(RopeScaling.none(), 1000),
                Arguments.of(new RopeScaling.Linear(4), 1000),
                Arguments.of(new RopeScaling.DynamicNtk(4, 250), 1000),
                Arguments.of(new RopeScaling.Yarn(4, 250, 0.9, 16, 2, false), 1000),
                Arguments.of(new RopeScaling.LongRope(ones, twos, 250, 1.5), 1000),
                Arguments.of(new RopeScaling.Llama3(4, 1, 2, 250), 1000));
    }

    @ParameterizedTest
    @MethodSource("scalings")
    void everyScalingIsReadAgain(RopeScaling scaling, int positions) throws IOException {
        LayerShape rotated = new LayerShape(FULL, new Rope(500, 1, scaling));
        assertReadAgain(shape(Architecture.LLAMA, positions, alike(rotated)));
        LayerShape still = new LayerShape(FULL, Rope.NONE);
        assertReadAgain(shape(Architecture.SMOLLM3, positions, still, rotated, still, rotated));
        LayerShape local = new LayerShape(16, PLAIN);
        assertReadAgain(shape(Architecture.GEMMA3, positions, local, rotated, local, rotated));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void everyFamilyIsReadAgain(Architecture architecture) throws IOException {
        LayerShape layer = new LayerShape(FULL, PLAIN, architecture == Architecture.QWEN3_MOE);
        assertReadAgain(shape(architecture, 1000, alike(layer)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"LLAMA", "QWEN2", "QWEN3", "GEMMA3"})
    void windowsOnSomeLayersAreReadAgain(Architecture architecture) throws IOException {
        LayerShape full = new LayerShape(FULL, PLAIN);
        LayerShape local = new LayerShape(16, PLAIN);
        assertReadAgain(shape(architecture, 1000, local, full, full, local));
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"MISTRAL", "PHI3", "QWEN3_MOE"})
    void windowsOnAllLayersAreReadAgain(Architecture architecture) throws IOException {
        LayerShape local = new LayerShape(16, PLAIN, architecture == Architecture.QWEN3_MOE);
        assertReadAgain(shape(architecture, 1000, alike(local)));
    }

    @Test
    void layersWithoutExpertsAreReadAgain() throws IOException {
        LayerShape dense = new LayerShape(FULL, PLAIN);
        LayerShape sparse = new LayerShape(FULL, PLAIN, true);
        assertReadAgain(shape(Architecture.QWEN3_MOE, 1000, sparse, dense, dense, sparse));
    }

    @Test
    void aPartOfEachHeadIsReadAgain() throws IOException {
        assertReadAgain(shape(
                Architecture.PHI3, 1000, alike(new LayerShape(FULL, new Rope(500, 0.75, RopeScaling.none())))));
    }

    @Test
    void biasesThatAFamilyHasOnRequestAreReadAgain() throws IOException {
        LayerShape[] layers = alike(new LayerShape(FULL, PLAIN));
        assertReadAgain(shape(Architecture.LLAMA, new Biases(true, true, true), 1000, layers));
        assertReadAgain(shape(Architecture.LLAMA, new Biases(false, false, true), 1000, layers));
        assertReadAgain(shape(Architecture.QWEN3, new Biases(true, true, false), 1000, layers));
    }

    private static ModelShape gemma(double scalar) {
        ModelShape gemma = shape(Architecture.GEMMA3, 1000, alike(new LayerShape(FULL, PLAIN)));
        return new ModelShape(
                Architecture.GEMMA3,
                gemma.vocabSize(),
                gemma.hiddenSize(),
                gemma.intermediateSize(),
                gemma.heads(),
                gemma.kvHeads(),
                gemma.headDim(),
                gemma.rmsNormEps(),
                Activation.GELU_TANH,
                1 / Math.sqrt(scalar),
                gemma.biases(),
                gemma.experts(),
                gemma.layerShapes(),
                gemma.maxPositions(),
                true);
    }

    /** The root of 168 is Gemma 3 27B's, and squaring it back does not give 168. */
    @ParameterizedTest
    @ValueSource(doubles = {168, 256, 30, 128.5})
    void gemmasScaleOfAttentionIsReadAgainToTheLastBit(double scalar) throws IOException {
        assertReadAgain(gemma(scalar));
    }

    /** One in twenty is lost by a bit if it is only squared back, and one in 5000 is two numbers away. */
    @Test
    void anyScaleOfAttentionIsReadAgainToTheLastBit() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            assertReadAgain(gemma(Math.exp(random.nextDouble() * 17 - 5)));
        }
    }

    /** GGUF files and other programs may hold such models. */
    static Stream<Arguments> unspeakable() {
        LayerShape full = new LayerShape(FULL, PLAIN);
        LayerShape local = new LayerShape(16, PLAIN);
        LayerShape[] layers = alike(full);
        LayerShape[] half = alike(new LayerShape(FULL, new Rope(500, 0.5, RopeScaling.none())));
        return Stream.of(
                Arguments.of(
                        "biases of a Llama's queries alone",
                        shape(Architecture.LLAMA, Biases.OF_QUERIES, 1000, layers),
                        "llama, found biases.queries true, which would be read as false"),
                Arguments.of(
                        "biases of a Mistral",
                        shape(Architecture.MISTRAL, new Biases(true, true, false), 1000, layers),
                        "mistral, found attention_bias true, which must be false"),
                Arguments.of(
                        "a Mistral's windows on some layers",
                        shape(Architecture.MISTRAL, 1000, full, local, full, local),
                        "mistral, found layerShapes[0].window 0, which would be read as 16"),
                Arguments.of(
                        "half of each of a Qwen2's heads",
                        shape(Architecture.QWEN2, 1000, half),
                        "qwen2, found partial_rotary_factor 0.5, which must be 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unspeakable")
    void whatNoConfigSaysIsRefusedAndNotWritten(String what, ModelShape shape, String message) {
        assertThatThrownBy(() -> ConfigWriter.write(new ModelConfig(shape, Set.of()), temp))
                .as(what)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(temp.resolve("config.json")
                        + ": expected what a config.json can say of a model of type " + message);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void bothFilesNameTheEndsInOrder() throws IOException {
        ModelShape shape = shape(Architecture.LLAMA, 1000, alike(new LayerShape(FULL, PLAIN)));
        ConfigWriter.write(new ModelConfig(shape, Set.of(9, 7, 8)), temp);
        for (String file : List.of("config.json", "generation_config.json")) {
            JsonNode ends = JsonMapper.builder()
                    .build()
                    .readTree(temp.resolve(file).toFile())
                    .get("eos_token_id");
            assertThat(IntStream.range(0, ends.size())
                            .map(i -> ends.get(i).intValue())
                            .toArray())
                    .containsExactly(7, 8, 9);
        }
    }
}
