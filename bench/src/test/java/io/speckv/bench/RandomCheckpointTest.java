package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomCheckpointTest {
    private static final ModelSize TINY = ModelSize.parse("tiny");

    @TempDir
    Path parent;

    private static Map<String, float[]> weights(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.weights();
        }
    }

    @Test
    void isAModelOfItsShapeInAFolderOfItsName() throws IOException {
        Path folder = RandomCheckpoint.of(TINY, parent);
        assertThat(folder).isEqualTo(parent.resolve("random-tiny"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.shape()).isEqualTo(TINY.shape());
            assertThat(checkpoint.endTokens()).containsExactly(2);
            assertThat(checkpoint.weights().keySet())
                    .isEqualTo(WeightLayout.of(TINY.shape()).keySet());
        }
    }

    @Test
    void normsAreOneAndMatricesRoughlyNormal() throws IOException {
        weights(RandomCheckpoint.of(TINY, parent)).forEach((name, values) -> {
            if (name.endsWith("norm.weight")) {
                assertThat(values).as(name).containsOnly(1);
                return;
            }
            double sum = 0;
            double squares = 0;
            int beyond = 0;
            for (float value : values) {
                sum += value;
                squares += (double) value * value;
                beyond += Math.abs(value) > 0.04 ? 1 : 0;
            }
            assertThat(sum / values.length).as(name).isCloseTo(0, within(0.001));
            assertThat(Math.sqrt(squares / values.length)).as(name).isCloseTo(0.02, within(0.001));
            assertThat((double) beyond / values.length)
                    .as("share of %s beyond two deviations", name)
                    .isBetween(0.02, 0.07);
        });
    }

    @Test
    void matricesDifferAndAreTheSameEveryTime(@TempDir Path other) throws IOException {
        Map<String, float[]> once = weights(RandomCheckpoint.of(TINY, parent));
        Map<String, float[]> again = weights(RandomCheckpoint.of(TINY, other));
        once.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
        float[] query = Objects.requireNonNull(once.get("model.layers.0.self_attn.q_proj.weight"));
        assertThat(once.get("model.layers.1.self_attn.q_proj.weight"))
                .hasSameSizeAs(query)
                .isNotEqualTo(query);
    }

    @Test
    void whatIsThereIsNotWrittenAgain() throws IOException {
        Path file = RandomCheckpoint.of(TINY, parent).resolve("model.safetensors");
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, before);
        RandomCheckpoint.of(TINY, parent);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    }

    @Test
    void aFolderThatWasLeftHalfWrittenIsCompleted() throws IOException {
        Path folder = RandomCheckpoint.of(TINY, parent);
        Files.delete(folder.resolve("model.safetensors"));
        assertThat(weights(RandomCheckpoint.of(TINY, parent))).isNotEmpty();
    }

    /** Of every family: what a config cannot say would be written for nobody to read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen2.5-60m",
                "mistral-7b",
                "qwen3-0.6b",
                "qwen3-30b-a3b",
                "gemma-3-1b",
                "phi-4-mini",
                "smollm3-3b"
            })
    void theConfigOfEveryShapeIsReadAgain(String label) throws IOException {
        ModelConfig config = new ModelConfig(ModelSize.parse(label).shape(), Set.of(2));
        config.write(parent);
        assertThat(ModelConfig.read(parent)).isEqualTo(config);
    }
}
