package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The GGUF files beside some families' folders, which hold the same models; golden/reference/make_gguf.py writes them. */
@Tag("numerics")
class GgufModelTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    static Stream<GoldenFamily> families() {
        return GoldenFamily.all().stream()
                .filter(family -> Files.exists(family.folder().resolve("model.gguf")));
    }

    @ParameterizedTest
    @MethodSource("families")
    void aFileGivesWhatItsFolderGives(GoldenFamily family) {
        int[] prompt = family.prompt();
        try (DecoderModel model = DecoderModel.open(family.folder().resolve("model.gguf"), FP32);
                KvArena arena = model.newArena(1, prompt.length + family.greedy().length)) {
            KvSlot slot = arena.take();
            float[] last;
            try (PromptPass pass =
                    PromptPass.start(model, slot, new Eviction(new FullCache(), prompt.length, 0, false))) {
                pass.feed(prompt, true, YieldPoint.NONE);
                last = pass.lastLogits(1)[0];
            }
            assertThat(last).containsExactly(family.lastLogits(), within(1e-3f));
            assertThat(GoldenParityTest.greedy(model, slot, last, family.greedy().length))
                    .isEqualTo(family.greedy());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void weightsAreThoseOfTheFolderByHuggingFacesNames(GoldenFamily family) {
        try (Checkpoint folder = Checkpoint.open(family.folder());
                Checkpoint file = Checkpoint.open(family.folder().resolve("model.gguf"))) {
            Map<String, float[]> expected = folder.weights();
            Map<String, float[]> found = file.weights();
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, numbers) -> assertThat(found.get(name)).containsExactly(numbers, within(1e-6f)));
            assertThat(file.endTokens()).isEqualTo(folder.endTokens());
            assertThat(file.weightsFingerprint()).isNotEqualTo(folder.weightsFingerprint());
        }
    }

    /** Of a bias that only some layers have, the others' would be left out. */
    @Test
    void aTensorBesideTheModelsOwnIsRefusedByName(@TempDir Path temp) throws IOException {
        byte[] whole =
                Files.readAllBytes(GoldenFamily.named("llama-biases").folder().resolve("model.gguf"));
        String renamed = new String(whole, StandardCharsets.ISO_8859_1)
                .replace("blk.0.attn_output.bias", "blk.0.attn_sinks1.bias");
        Path file = Files.write(temp.resolve("model.gguf"), renamed.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        file.toString(), "no tensor beside those that a model of this family consists of")
                .hasMessageMatching("(?s).*tensor blk\\.[0-3]\\.attn_(sinks1|output)\\.bias.*");
    }

    @Test
    void aDamagedFileIsRefusedLikeAnyCheckpoint(@TempDir Path temp) throws IOException {
        Path file = Files.writeString(temp.resolve("model.gguf"), "GGUF, but not really");
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(file.toString(), "version 2 or 3");
    }
}
