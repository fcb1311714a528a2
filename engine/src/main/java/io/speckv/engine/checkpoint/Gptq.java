package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * GPTQ (arXiv:2210.17323) as AutoGPTQ and GPTQModel write it: {@code qweight}, {@code qzeros}, {@code scales} and, where columns
 * were quantised in an order of their own, {@code g_idx}.
 *
 * @param settings of most layers, then those that rules of {@code dynamic} name; shapes tell which one a layer has
 * @param ordered whether only {@code g_idx} says which group a column belongs to: {@code desc_act}
 * @param zeroPointsLessOne whether zero points are stored less one, modulo 2^bits: {@code checkpoint_format} "gptq"
 */
record Gptq(List<Setting> settings, boolean ordered, boolean zeroPointsLessOne) implements Quantization {
    private static final String CODES = ".qweight";
    private static final String ZERO_POINTS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final String GROUPS = ".g_idx";

    /**
     * How a layer is quantised.
     *
     * @param bits of a code
     * @param groupSize columns of a group; 0 for all of a row
     */
    record Setting(int bits, int groupSize) {
        private int width(int columns) {
            return groupSize == 0 ? columns : Math.min(groupSize, columns);
        }

        private int groups(int columns) {
            return ScaleGrid.blocks(columns, width(columns));
        }

        private boolean fits(QuantizedModule module) {
            return module.table(CODES)[0] == PackedCodes.words(module.columns(), bits)
                    && module.table(ZERO_POINTS)[1] == PackedCodes.words(module.rows(), bits)
                    && module.table(SCALES)[0] == groups(module.columns());
        }
    }

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        int rows = module.rows();
        int columns = module.columns();
        List<Setting> fitting = fitting(module);
        int bits = fitting.get(0).bits();
        int groups = fitting.get(0).groups(columns);
        int zeroWords = PackedCodes.words(rows, bits);
        PackedCodes codes = new PackedCodes(
                module.bytes(CODES, new long[] {PackedCodes.words(columns, bits), rows}, Dtype.I32),
                bits,
                rows,
                1,
                Order.PLAIN);
        PackedCodes zeroPoints = new PackedCodes(
                module.bytes(ZERO_POINTS, new long[] {groups, zeroWords}, Dtype.I32), bits, 1, zeroWords, Order.PLAIN);
        int more = zeroPointsLessOne ? 1 : 0;
        return new GroupedMatrix(
                rows,
                columns,
                (row, column) -> codes.at(column, row),
                (group, row) -> zeroPoints.at(row, group) + more & PackedCodes.mask(bits),
                module.numbers(SCALES, groups, rows),
                false,
                groups,
                groupOf(module, fitting));
    }

    /** The settings that a layer may have; where none fits, the usual ones, whose shapes the failure is to name. */
    private List<Setting> fitting(QuantizedModule module) {
        if (settings.size() == 1) {
            return settings;
        }
        List<Setting> fitting =
                settings.stream().filter(setting -> setting.fits(module)).toList();
        return fitting.isEmpty() ? settings.subList(0, 1) : fitting;
    }

    private int[] groupOf(QuantizedModule module, List<Setting> fitting) {
        int columns = module.columns();
        int groups = fitting.get(0).groups(columns);
        if (module.has(GROUPS)) {
            int[] stored = module.groups(GROUPS, groups);
            if (Arrays.stream(stored).anyMatch(group -> group < 0)) {
                throw module.unexpected(GROUPS, "a group from 0 to " + (groups - 1) + " for every column", "-1");
            }
            return stored;
        }
        if (ordered && groups > 1) {
            throw module.missing(GROUPS, "as desc_act orders columns");
        }
        int[] widths = fitting.stream()
                .mapToInt(setting -> setting.width(columns))
                .distinct()
                .toArray();
        if (widths.length > 1) {
            throw module.missing(GROUPS, "as groups of " + widths[0] + " and " + widths[1] + " columns both fit");
        }
        return module.groupsOf(widths[0]);
    }

    @Override
    public String description() {
        int[] sizes = settings.stream().mapToInt(Setting::groupSize).distinct().toArray();
        return settings.stream()
                        .map(setting -> String.valueOf(setting.bits()))
                        .distinct()
                        .collect(Collectors.joining(" and ", "gptq, ", " bits"))
                + (sizes.length > 1 || sizes[0] == 0 ? "" : ", groups of " + sizes[0]);
    }
}
