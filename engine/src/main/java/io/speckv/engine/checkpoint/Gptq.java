package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import java.util.Arrays;

/**
 * GPTQ (arXiv:2210.17323) as AutoGPTQ and GPTQModel write it: {@code qweight}, {@code qzeros}, {@code scales} and, where columns
 * were quantised in an order of their own, {@code g_idx}.
 *
 * @param bits of a code; 0 where they differ from layer to layer, as {@code dynamic} says, and shapes tell
 * @param groupSize columns of a group; 0 for all of a row
 * @param zeroPointsLessOne whether zero points are stored less one, modulo 2^bits: {@code checkpoint_format} "gptq"
 */
record Gptq(int bits, int groupSize, boolean zeroPointsLessOne) implements Quantization {
    private static final String CODES = ".qweight";
    private static final String SCALES = ".scales";
    private static final String GROUPS = ".g_idx";

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        int rows = module.rows();
        int columns = module.columns();
        int codeBits = bits == 0 ? bitsOf(module) : bits;
        int size = bits == 0 ? ScaleGrid.blocks(columns, (int) Math.max(1, module.shape(SCALES)[0])) : groupSize;
        int width = size == 0 ? columns : Math.min(size, columns);
        int groups = ScaleGrid.blocks(columns, width);
        int zeroWords = PackedCodes.words(rows, codeBits);
        PackedCodes codes = new PackedCodes(
                module.bytes(CODES, new long[] {PackedCodes.words(columns, codeBits), rows}, Dtype.I32),
                codeBits,
                rows,
                1,
                Order.PLAIN);
        PackedCodes zeroPoints = new PackedCodes(
                module.bytes(".qzeros", new long[] {groups, zeroWords}, Dtype.I32),
                codeBits,
                1,
                zeroWords,
                Order.PLAIN);
        int more = zeroPointsLessOne ? 1 : 0;
        return new GroupedMatrix(
                rows,
                columns,
                (row, column) -> codes.at(column, row),
                (group, row) -> zeroPoints.at(row, group) + more & PackedCodes.mask(codeBits),
                module.numbers(SCALES, groups, rows),
                false,
                groups,
                groupOf(module, width, groups));
    }

    private static int[] groupOf(QuantizedModule module, int width, int groups) {
        if (!module.has(GROUPS)) {
            return module.groupsOf(width);
        }
        int[] stored = module.groups(GROUPS, groups);
        if (Arrays.stream(stored).anyMatch(group -> group < 0)) {
            throw module.unexpected(GROUPS, "a group from 0 to " + (groups - 1) + " for every column", "-1");
        }
        return stored;
    }

    private static int bitsOf(QuantizedModule module) {
        long words = module.shape(CODES)[0];
        long bits = words * Integer.SIZE / module.columns();
        if (bits < 2 || bits > 8 || PackedCodes.words(module.columns(), (int) bits) != words) {
            throw module.wrongShape(
                    CODES, "[words of 2, 3, 4 or 8 bits for " + module.columns() + " columns, " + module.rows() + "]");
        }
        return (int) bits;
    }

    @Override
    public String description() {
        return "gptq" + (bits == 0 ? "" : ", " + bits + " bits") + (groupSize == 0 ? "" : ", groups of " + groupSize);
    }
}
