package io.speckv.engine.quant;

import java.nio.ByteBuffer;

/**
 * Numbers of one byte, times scales: every kind of FP8, and int8 of bitsandbytes and compressed-tensors.
 *
 * <p>A number is {@code (stored - zero point) * scale * factor}, multiplied from left to right.
 *
 * @param rows outputs
 * @param columns inputs
 * @param format of the stored numbers
 * @param stored {@code [rows, columns]}, one byte each
 * @param grid which scale and zero point a number has
 * @param scales by index in the grid
 * @param zeroPoints by index in the grid
 * @param factor last factor of all numbers; 1 changes nothing
 */
public record ScaledMatrix(
        int rows,
        int columns,
        ByteFormat format,
        ByteBuffer stored,
        ScaleGrid grid,
        StoredNumbers scales,
        StoredNumbers zeroPoints,
        float factor)
        implements QuantizedMatrix {
    @Override
    public void readRow(int row, float[] into) {
        int first = row * columns;
        int block = -1;
        float scale = 0;
        float zeroPoint = 0;
        for (int column = 0; column < columns; column++) {
            int found = grid.index(row, column);
            if (found != block) {
                block = found;
                scale = scales.at(block);
                zeroPoint = zeroPoints.at(block);
            }
            into[column] = (format.of(stored.get(first + column)) - zeroPoint) * scale * factor;
        }
    }
}
