package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;

/**
 * AWQ (arXiv:2306.00978) as AutoAWQ's version "gemm" writes it: codes of 4 bits, eight outputs in a word.
 *
 * @param groupSize columns of a group; 0 for all of a row
 */
record Awq(int groupSize) implements Quantization {
    static final int BITS = 4;

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        int rows = module.rows();
        int columns = module.columns();
        int width = groupSize == 0 ? columns : Math.min(groupSize, columns);
        int groups = ScaleGrid.blocks(columns, width);
        int words = PackedCodes.words(rows, BITS);
        PackedCodes codes = new PackedCodes(
                module.bytes(".qweight", new long[] {columns, words}, Dtype.I32), BITS, 1, words, Order.EVEN_THEN_ODD);
        PackedCodes zeroPoints = new PackedCodes(
                module.bytes(".qzeros", new long[] {groups, words}, Dtype.I32), BITS, 1, words, Order.EVEN_THEN_ODD);
        return new GroupedMatrix(
                rows,
                columns,
                codes::at,
                (group, row) -> zeroPoints.at(row, group),
                module.numbers(".scales", groups, rows),
                false,
                groups,
                module.groupsOf(width));
    }

    @Override
    public String description() {
        return "awq, " + BITS + " bits" + (groupSize == 0 ? "" : ", groups of " + groupSize);
    }
}
