package io.speckv.engine.quant;

import java.nio.ByteBuffer;

/**
 * Codes of 4 bits. Each stands for a number in a table, times the largest magnitude of its block: NF4 and FP4 of
 * bitsandbytes (QLoRA, arXiv:2305.14314, section 3). Blocks continue from one row into the next.
 *
 * @param rows outputs
 * @param columns inputs
 * @param packed two codes in a byte, the first one in the upper half
 * @param table the 16 numbers that codes stand for; borrowed, do not change it
 * @param block numbers that share a magnitude, at least 1
 * @param magnitudes largest magnitude of each block
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record CodebookMatrix(
        int rows, int columns, ByteBuffer packed, float[] table, int block, StoredNumbers magnitudes)
        implements QuantizedMatrix {
    @Override
    public void readRow(int row, float[] into) {
        long first = (long) row * columns;
        long block = -1;
        float magnitude = 0;
        for (int column = 0; column < columns; column++) {
            long index = first + column;
            if (index / this.block != block) {
                block = index / this.block;
                magnitude = magnitudes.at((int) block);
            }
            int pair = packed.get((int) (index / 2)) & 0xFF;
            into[column] = table[index % 2 == 0 ? pair >>> 4 : pair & 15] * magnitude;
        }
    }
}
