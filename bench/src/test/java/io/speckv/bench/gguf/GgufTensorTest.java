package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTensorTest {
    private static GgufTensor tensor(GgufType type, int rows, int columns) {
        return new GgufTensor("blk.0.attn_q.weight", type, 2, rows, columns, (row, into) -> {});
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 3, 5, 60",
        "BF16, 3, 5, 30",
        "Q8_0, 3, 64, 204",
        "Q8_0, 1, 32, 34",
        "F32, 0, 5, 0",
        "F32, 128256, 8192, 4202692608"
    })
    void itsBytesAreThoseOfItsRows(GgufType type, int rows, int columns, long bytes) {
        assertThat(tensor(type, rows, columns).bytes()).isEqualTo(bytes);
    }

    @Test
    void itsRowsAreWholeBlocks() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(GgufType.Q8_0, 2, 48))
                .withMessage("blk.0.attn_q.weight has rows of 48 numbers; Q8_0 needs a multiple of 32");
        assertThat(tensor(GgufType.BF16, 2, 48).bytes()).isEqualTo(192);
    }
}
