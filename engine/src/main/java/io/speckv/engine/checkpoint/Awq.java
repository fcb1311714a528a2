package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import java.util.Arrays;

/**
 * AWQ (arXiv:2306.00978) as AutoAWQ writes it: codes of 4 bits.
 *
 * @param groupSize columns of a group; 0 for all of a row
 * @param layout of codes, zero points and scales
 */
record Awq(int groupSize, Layout layout) implements Quantization {
    static final int BITS = 4;

    private static final String CODES = ".qweight";
    private static final String ZERO_POINTS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final int CODES_OF_WORD = Integer.SIZE / BITS;

    /** AutoAWQ's versions. */
    enum Layout {
        /** Eight outputs in a word, the even ones before the odd ones. */
        GEMM,
        /**
         * Eight inputs in a word. Zero points and scales of an output lie side by side, and there may be room for more
         * groups than the output has.
         */
        GEMV
    }

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        module.requireCodes(CODES, SCALES);
        int columns = module.columns();
        int width = groupSize == 0 ? columns : Math.min(groupSize, columns);
        return layout == Layout.GEMM ? gemm(module, width) : gemv(module, width);
    }

    private static QuantizedMatrix gemm(QuantizedModule module, int width) {
        int rows = module.rows();
        int columns = module.columns();
        int groups = ScaleGrid.blocks(columns, width);
        int words = PackedCodes.words(rows, BITS);
        PackedCodes codes = new PackedCodes(
                module.bytes(CODES, new long[] {columns, words}, Dtype.I32), BITS, 1, words, Order.EVEN_THEN_ODD);
        PackedCodes zeroPoints = new PackedCodes(
                module.bytes(ZERO_POINTS, new long[] {groups, words}, Dtype.I32), BITS, 1, words, Order.EVEN_THEN_ODD);
        return new GroupedMatrix(
                rows,
                columns,
                codes::at,
                (group, row) -> zeroPoints.at(row, group),
                module.numbers(SCALES, groups, rows),
                false,
                groups,
                module.groupsOf(width));
    }

    private static QuantizedMatrix gemv(QuantizedModule module, int width) {
        int rows = module.rows();
        int columns = module.columns();
        int words = PackedCodes.words(columns, BITS);
        long zeroWords = module.table(ZERO_POINTS)[1];
        int needed = PackedCodes.words(ScaleGrid.blocks(columns, width), BITS);
        if (zeroWords < needed || zeroWords > words) {
            throw module.wrongShape(ZERO_POINTS, "[" + rows + ", " + needed + "], or wider");
        }
        int groups = (int) zeroWords * CODES_OF_WORD;
        if (!Arrays.equals(module.shape(SCALES), new long[] {rows, groups})) {
            throw module.wrongShape(
                    SCALES,
                    "[" + rows + ", " + groups + "], as many groups as " + module.name() + ZERO_POINTS + " has");
        }
        PackedCodes codes =
                new PackedCodes(module.bytes(CODES, new long[] {rows, words}, Dtype.I32), BITS, 1, words, Order.PLAIN);
        PackedCodes zeroPoints = new PackedCodes(
                module.bytes(ZERO_POINTS, new long[] {rows, zeroWords}, Dtype.I32),
                BITS,
                1,
                (int) zeroWords,
                Order.PLAIN);
        return new GroupedMatrix(
                rows,
                columns,
                (row, column) -> codes.at(column, row),
                zeroPoints::at,
                module.numbers(SCALES),
                true,
                groups,
                module.groupsOf(width));
    }

    @Override
    public String description() {
        return "awq, " + BITS + " bits" + (groupSize == 0 ? "" : ", groups of " + groupSize);
    }
}
