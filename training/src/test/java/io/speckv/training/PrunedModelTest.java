package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.selection.cache.FullCache;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some layers of a model, as a model of their own. */
class PrunedModelTest {
    private static final Path BUNDLED = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");
    private static final int PROMPT = 70;

    @TempDir
    Path temporary;

    /** One of each family, rope scaling and way to be quantised. */
    static Stream<Path> models() {
        return Stream.concat(
                Stream.of(GoldenRun.model("llama-target"), GoldenRun.model("qwen2-draft")),
                Stream.concat(GoldenFamily.all().stream(), GoldenFamily.quantized().stream())
                        .map(GoldenFamily::folder));
    }

    /** A layer whose two outputs are 0 adds nothing, so the whole model without it is the model of the others. */
    @ParameterizedTest
    @MethodSource("models")
    void answersAreThoseOfTheTargetWithTheOtherLayersSwitchedOff(Path golden) throws IOException {
        Path target = withTokenizer(golden);
        List<Integer> kept = allButTheSecond(target);
        Path pruned = temporary.resolve("pruned");
        PrunedModel.keeping(target, kept).write(pruned);

        Path switchedOff = temporary.resolve("switched-off");
        writeSwitchedOff(target, kept, switchedOff);
        float[][] expected = logits(switchedOff);
        float[][] found = logits(pruned);
        for (int i = 0; i < PROMPT; i++) {
            assertThat(found[i]).as("token %d", i).containsExactly(expected[i], within(1e-5f));
        }
    }

    @Test
    void layersAreSpacedEvenlyFromTheFirstToTheLast() throws IOException {
        Path deep = Files.createDirectory(temporary.resolve("deep"));
        String config = Files.readString(GoldenRun.model("llama-target").resolve("config.json"));
        Files.writeString(deep.resolve("config.json"), config.replaceFirst("(\"num_hidden_layers\": *)\\d+", "$130"));

        assertThat(PrunedModel.evenly(deep, 20).kept())
                .as("those of golden/real/fetch")
                .containsExactly(0, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 23, 24, 26, 27, 29);
        assertThat(PrunedModel.evenly(deep, 10).kept()).containsExactly(0, 3, 6, 10, 13, 16, 19, 23, 26, 29);
        assertThat(PrunedModel.evenly(deep, 2).kept()).containsExactly(0, 29);
    }

    @Test
    void whatIsNoLayerIsTakenAsItIs() throws IOException {
        Path pruned = temporary.resolve("pruned");
        PrunedModel.evenly(BUNDLED, 2).write(pruned);

        try (Checkpoint target = Checkpoint.open(BUNDLED);
                Checkpoint draft = Checkpoint.open(pruned);
                Tokenizer targets = Tokenizer.open(BUNDLED);
                Tokenizer drafts = Tokenizer.open(pruned)) {
            assertThat(draft.weightsFormat()).isEqualTo(target.weightsFormat()).isEqualTo("bf16");
            assertThat(bytes(draft, "model.embed_tokens.weight")).isEqualTo(bytes(target, "model.embed_tokens.weight"));
            assertThat(bytes(draft, "model.layers.1.mlp.up_proj.weight"))
                    .isEqualTo(bytes(target, "model.layers.3.mlp.up_proj.weight"));
            assertThat(draft.endTokens()).isEqualTo(target.endTokens()).isNotEmpty();
            assertThat(drafts.fingerprint()).isEqualTo(targets.fingerprint());
        }
        assertThat(pruned.resolve("tokenizer_config.json"))
                .hasSameTextualContentAs(BUNDLED.resolve("tokenizer_config.json"));
    }

    @Test
    void layersThatAreNotThereAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrunedModel.evenly(BUNDLED, 4))
                .withMessage("layers is 4; it must be 2 or more and fewer than the target's 4");
        assertThatIllegalArgumentException().isThrownBy(() -> PrunedModel.evenly(BUNDLED, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrunedModel.keeping(BUNDLED, List.of(0, 2, 2)))
                .withMessage("the layers to keep are [0, 2, 2]; they must rise, from 0 to 3");
        assertThatIllegalArgumentException().isThrownBy(() -> PrunedModel.keeping(BUNDLED, List.of(4)));
        assertThatIllegalArgumentException().isThrownBy(() -> PrunedModel.keeping(BUNDLED, List.of()));
    }

    @Test
    void whatIsNoModelFolderOrAlreadyOneIsRefused() {
        Path file = BUNDLED.resolve("model.safetensors");
        assertThatThrownBy(() -> PrunedModel.evenly(file, 2))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file
                        + ": expected a model folder, as a draft needs the tokenizer's files of one, found a file");
        assertThatThrownBy(() -> PrunedModel.evenly(temporary, 2)).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> PrunedModel.evenly(BUNDLED, 2).write(BUNDLED))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(BUNDLED + ": expected a folder without a model, found one that has a model already");
    }

    /** A window as wide as the context hides nothing, so its layers differ from the others by their rotation alone. */
    @Test
    void layersThatNoConfigTellsApartAreRefusedInALine() throws IOException {
        Path target = withTokenizer(
                Path.of(System.getProperty("speckv.golden")).resolve("families").resolve("gemma3"));
        Path config = target.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("(\"sliding_window\": *)\\d+", "$199999"));
        Path pruned = temporary.resolve("pruned");
        assertThatThrownBy(() -> PrunedModel.keeping(target, List.of(0, 2)).write(pruned))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        pruned.resolve("config.json")
                                + ": expected what a config.json can say of a model of type gemma3_text, found layerShapes[0].rope.")
                .hasMessageNotContaining("ModelShape");
        assertThat(pruned.resolve("config.json")).doesNotExist();
    }

    private static List<Integer> allButTheSecond(Path target) {
        return IntStream.range(0, ModelConfig.read(target).shape().layers())
                .filter(layer -> layer != 1)
                .boxed()
                .toList();
    }

    /** Golden models have no tokenizer. */
    private Path withTokenizer(Path golden) throws IOException {
        Path target = Files.createDirectory(temporary.resolve("target"));
        try (Stream<Path> files = Files.list(golden)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(golden.relativize(file)));
            }
        }
        Files.writeString(target.resolve("tokenizer.json"), "{}");
        return target;
    }

    private static void writeSwitchedOff(Path target, List<Integer> kept, Path to) throws IOException {
        Files.createDirectory(to);
        try (Checkpoint checkpoint = Checkpoint.open(target)) {
            ModelShape shape = checkpoint.shape();
            new ModelConfig(shape, checkpoint.endTokens()).write(to);
            Map<String, float[]> weights = checkpoint.weights();
            weights.forEach((name, numbers) -> {
                boolean output = name.contains(".o_proj.") || name.contains(".down_proj.");
                if (output && !kept.contains(Integer.parseInt(name.replaceFirst(".*layers\\.(\\d+)\\..*", "$1")))) {
                    Arrays.fill(numbers, 0);
                }
            });
            Map<String, float[]> stored = WeightLayout.stored(shape, weights);
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
            WeightLayout.stored(shape).forEach((name, size) -> {
                float[] numbers = stored.getOrDefault(name, new float[0]);
                tensors.add(new SafetensorsWriter.Tensor(name, WeightType.F32, size, i -> numbers[(int) i]));
            });
            SafetensorsWriter.write(to.resolve("model.safetensors"), tensors);
        }
    }

    private static float[][] logits(Path folder) {
        try (DecoderModel model = DecoderModel.open(folder, ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
                KvArena arena = model.newArena(1, PROMPT)) {
            int[] prompt =
                    new Random(5).ints(PROMPT, 0, model.shape().vocabSize()).toArray();
            KvSlot slot = arena.take();
            try (PromptPass pass = PromptPass.start(model, slot, new Eviction(new FullCache(), PROMPT, 0, false))) {
                pass.feed(prompt, true, YieldPoint.NONE);
                return pass.lastLogits(PROMPT);
            } finally {
                slot.release();
            }
        }
    }

    private static byte[] bytes(Checkpoint checkpoint, String tensor) {
        var buffer = checkpoint.bytes(checkpoint.tensor(tensor));
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
