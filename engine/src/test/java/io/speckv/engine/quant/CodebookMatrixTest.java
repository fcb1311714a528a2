package io.speckv.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Codes of 4 bits, the first of a byte in its upper half. */
class CodebookMatrixTest {
    private static final float[] TABLE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1};

    private static float[] row(CodebookMatrix matrix, int row) {
        float[] numbers = new float[matrix.columns()];
        matrix.readRow(row, numbers);
        return numbers;
    }

    private static ByteBuffer bytes(int... codes) {
        ByteBuffer bytes = ByteBuffer.allocate(codes.length);
        for (int code : codes) {
            bytes.put((byte) code);
        }
        return bytes.flip();
    }

    @Test
    void codesStandForTheTablesNumbersTimesTheirBlocksMagnitude() {
        CodebookMatrix matrix =
                new CodebookMatrix(2, 4, bytes(0x12, 0x34, 0xF5, 0x6E), TABLE, 2, index -> (index + 1) * 10);
        assertThat(row(matrix, 0)).containsExactly(10, 20, 60, 80);
        assertThat(row(matrix, 1)).containsExactly(-30, 150, 240, 560);
    }

    @Test
    void blocksAndBytesGoOnFromOneRowIntoTheNext() {
        CodebookMatrix matrix =
                new CodebookMatrix(3, 3, bytes(0x12, 0x34, 0x56, 0x78, 0x90), TABLE, 4, index -> index == 2 ? 100 : 1);
        assertThat(row(matrix, 0)).containsExactly(1, 2, 3);
        assertThat(row(matrix, 1)).containsExactly(4, 5, 6);
        assertThat(row(matrix, 2)).as("the last block has one number").containsExactly(7, 8, 900);
    }

    @Test
    void rowsAreReadInAnyOrderAndTheRestOfTheArrayIsLeftAlone() {
        CodebookMatrix matrix = new CodebookMatrix(2, 2, bytes(0x12, 0x34), TABLE, 64, index -> 1);
        float[] numbers = {9, 9, 9};
        matrix.readRow(1, numbers);
        assertThat(numbers).containsExactly(3, 4, 9);
        matrix.readRow(0, numbers);
        assertThat(numbers).containsExactly(1, 2, 9);
    }
}
