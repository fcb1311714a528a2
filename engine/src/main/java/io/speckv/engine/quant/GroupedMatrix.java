package io.speckv.engine.quant;

import java.util.function.IntBinaryOperator;

/**
 * Integers of a few bits with a scale and a zero point for each group of a row's columns: GPTQ, AWQ and compressed-tensors'
 * packed integers. A number is {@code (code - zero point) * scale}, which float32 holds exactly if scales have 16 bits.
 *
 * @param rows outputs
 * @param columns inputs
 * @param codes by row and column
 * @param zeroPoints by group and row
 * @param scales by {@code group * rows + row}, or {@code row * groups + group} if {@code scalesByRow}
 * @param scalesByRow whether the scales of a row's groups lie side by side
 * @param groups number of groups of a row
 * @param groupOf the group of each column, 0 to {@code groups - 1}; borrowed, do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record GroupedMatrix(
        int rows,
        int columns,
        IntBinaryOperator codes,
        IntBinaryOperator zeroPoints,
        StoredNumbers scales,
        boolean scalesByRow,
        int groups,
        int[] groupOf)
        implements QuantizedMatrix {
    @Override
    public void readRow(int row, float[] into) {
        float[] scaleOf = new float[groups];
        int[] zeroPointOf = new int[groups];
        for (int group = 0; group < groups; group++) {
            scaleOf[group] = scales.at(scalesByRow ? row * groups + group : group * rows + row);
            zeroPointOf[group] = zeroPoints.applyAsInt(group, row);
        }
        for (int column = 0; column < columns; column++) {
            int group = groupOf[column];
            into[column] = (codes.applyAsInt(row, column) - zeroPointOf[group]) * scaleOf[group];
        }
    }
}
