package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.torch.DecoderModel;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Model folders as people have them that once came out wrong. */
@Tag("numerics")
class FoundFoldersTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    private static Path folder(String name) throws Exception {
        return Path.of(Objects.requireNonNull(FoundFoldersTest.class.getResource("/io/speckv/engine/faults/" + name))
                .toURI());
    }

    /** A plain rotation would give 70, 188, 126, 13, 197, 70, 188, 153. */
    @Test
    void ofTwoSpellingsOfARotationTheOneThatScalesCounts() throws Exception {
        Path folder = folder("rope-both");
        int[] prompt = GoldenRun.ints(JsonMapper.builder()
                .build()
                .readTree(folder.resolve("prompt-ids.json").toFile()));
        assertThat(greedy(folder, prompt, 8)).containsExactly(173, 197, 70, 188, 126, 130, 261, 42);
    }

    /** MLX writes such files: the header's length is odd, and the format promises no alignment. */
    @Test
    void weightsThatAreNotAlignedAreReadAsTheyAre() throws Exception {
        Path folder = folder("unpadded-header");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(WeightLayout.of(checkpoint.shape()).keySet())
                    .anyMatch(name -> checkpoint.tensor(name).offset() % 2 == 1);
        }
        assertThat(greedy(folder, new int[] {5, 6, 7}, 4)).hasSize(4);
    }

    private static int[] greedy(Path folder, int[] prompt, int count) {
        try (DecoderModel model = DecoderModel.open(folder, FP32)) {
            return GreedyTokens.after(model, prompt, count);
        }
    }
}
