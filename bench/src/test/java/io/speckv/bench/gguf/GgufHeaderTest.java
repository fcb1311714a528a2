package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Read back by a reader that shares no code with it. */
class GgufHeaderTest {
    @TempDir
    Path folder;

    private GgufFile read(GgufHeader header, GgufTensor... tensors) throws IOException {
        return GgufFile.read(Files.write(folder.resolve("header.gguf"), header.bytes(List.of(tensors))));
    }

    private static GgufTensor tensor(String name, GgufType type, int axes, int rows, int columns) {
        return new GgufTensor(name, type, axes, rows, columns, (row, into) -> {});
    }

    @Test
    void valuesKeepTheirTypes() throws IOException {
        GgufFile file = read(new GgufHeader()
                .put("whole", 7)
                .put("negative", -1)
                .put("real", 0.1)
                .put("text", "Grüße 🙂")
                .put("empty", "")
                .put("yes", true)
                .put("no", false));
        assertThat(file.metadata)
                .hasSize(7)
                .containsEntry("whole", 7)
                .containsEntry("negative", -1)
                .containsEntry("real", 0.1f)
                .containsEntry("text", "Grüße 🙂")
                .containsEntry("empty", "")
                .containsEntry("yes", true)
                .containsEntry("no", false);
    }

    @Test
    void arraysHaveTheirElementsInOrder() throws IOException {
        GgufFile file = read(new GgufHeader()
                .putTexts("texts", 3, i -> "t" + i)
                .putNumbers("numbers", 4, i -> i * i - 1)
                .putTexts("none", 0, i -> "never"));
        assertThat(file.metadata)
                .containsEntry("texts", List.of("t0", "t1", "t2"))
                .containsEntry("numbers", List.of(-1, 0, 3, 8))
                .containsEntry("none", List.of());
    }

    @Test
    void tensorsFollowEachOtherAtAlignedOffsets() throws IOException {
        GgufFile file = read(
                new GgufHeader().put("a", 1),
                tensor("vector", GgufType.F32, 1, 1, 3),
                tensor("matrix", GgufType.Q8_0, 2, 5, 64),
                tensor("last", GgufType.BF16, 2, 2, 7));
        assertThat(file.tensor("vector")).isEqualTo(new GgufFile.Tensor(List.of(3L), 0, 0));
        assertThat(file.tensor("matrix"))
                .as("12 bytes before it, and the innermost size first")
                .isEqualTo(new GgufFile.Tensor(List.of(64L, 5L), 8, 32));
        assertThat(file.tensor("last"))
                .as("340 bytes more")
                .isEqualTo(new GgufFile.Tensor(List.of(7L, 2L), 30, 32 + 352));
    }

    @Test
    void theFirstTensorsDataBeginsAligned() throws IOException {
        for (int length = 0; length < 40; length++) {
            GgufFile file = read(new GgufHeader().put("k", "x".repeat(length)), tensor("t", GgufType.F32, 1, 1, 8));
            assertThat(file.fileBytes()).isEqualTo(file.dataStart());
            assertThat(file.fileBytes() % GgufHeader.ALIGNMENT_BYTES).isZero();
        }
    }

    @Test
    void anEmptyOneIsOfVersionThreeAndHasNothing() throws IOException {
        GgufFile file = read(new GgufHeader());
        assertThat(file.metadata).isEmpty();
        assertThat(file.tensors()).isEmpty();
        assertThat(file.fileBytes()).as("24 bytes").isEqualTo(32);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 31", "31, 1", "32, 0", "33, 31", "4294967297, 31", "9223372036854775776, 0"})
    void paddingFillsUpTo32Bytes(long length, int zeros) {
        assertThat(GgufHeader.padding(length)).isEqualTo(zeros);
    }
}
