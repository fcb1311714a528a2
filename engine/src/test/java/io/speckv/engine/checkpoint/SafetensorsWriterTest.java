package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.SafetensorsWriter.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path temp;

    @Test
    void writesEveryTypeAcrossChunkBorders() throws IOException {
        Path file = temp.resolve("weights.safetensors");
        long numbers = (1 << 16) + 3;
        SafetensorsWriter.write(
                file,
                List.of(
                        new Tensor("half", WeightType.F16, new long[] {numbers}, i -> i % 1000),
                        new Tensor("scalar", WeightType.F32, new long[0], i -> 0.1f),
                        new Tensor("empty", WeightType.F32, new long[] {0, 4}, i -> 1f),
                        new Tensor("brain", WeightType.BF16, new long[] {2, 2}, i -> i)));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.entries()).containsOnlyKeys("half", "scalar", "empty", "brain");
            TensorEntry half = entry(read, "half");
            assertThat(half.offset() % 64).isZero();
            ByteBuffer halves = read.map(half);
            for (int i = 0; i < numbers; i++) {
                assertThat(WeightType.F16.get(halves, 2 * i)).isEqualTo(i % 1000);
            }
            TensorEntry brain = entry(read, "brain");
            assertThat(brain.shape()).containsExactly(2, 2);
            assertThat(WeightType.BF16.get(read.map(brain), 6)).isEqualTo(3f);
            assertThat(read.map(entry(read, "empty")).remaining()).isZero();
            assertThat(WeightType.F32.get(read.map(entry(read, "scalar")), 0)).isEqualTo(0.1f);
        }
    }

    @Test
    void leavesTheOldFileWhenWritingFails() throws IOException {
        Path file = temp.resolve("weights.safetensors");
        Files.writeString(file, "old");
        Tensor failing = new Tensor("a", WeightType.F32, new long[] {2}, i -> {
            throw new IllegalStateException("no more numbers");
        });
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(failing)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void refusesTwoTensorsOfOneName() {
        Tensor tensor = new Tensor("a", WeightType.F32, new long[] {1}, i -> 0);
        assertThatThrownBy(() -> SafetensorsWriter.write(temp.resolve("x"), List.of(tensor, tensor)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("named a");
    }

    private static TensorEntry entry(SafetensorsFile file, String name) {
        return Objects.requireNonNull(file.entries().get(name));
    }
}
