package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * GPTQ (arXiv:2210.17323) as AutoGPTQ and GPTQModel write it: {@code qweight}, {@code qzeros}, {@code scales} and, if
 * columns were quantised in an order of their own, {@code g_idx}.
 *
 * @param usual how layers are quantised that match no rule
 * @param rules of {@code dynamic}; the first one that matches a layer counts
 * @param zeroPointsLessOne whether zero points are stored less one, modulo 2^bits: {@code checkpoint_format} "gptq"
 */
record Gptq(Setting usual, List<Rule> rules, boolean zeroPointsLessOne) implements Quantization {
    private static final String CODES = ".qweight";
    private static final String ZERO_POINTS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final String GROUPS = ".g_idx";

    /**
     * How a layer is quantised.
     *
     * @param bits of a code
     * @param groupSize columns of a group; 0 for all of a row
     * @param ordered whether only {@code g_idx} says which group a column belongs to: {@code desc_act}
     */
    record Setting(int bits, int groupSize, boolean ordered) {
        private int width(int columns) {
            return groupSize == 0 ? columns : Math.min(groupSize, columns);
        }
    }

    /**
     * How some layers are quantised.
     *
     * @param pattern that the beginning of a layer's published name matches
     * @param setting of these layers; empty if they are not quantised
     */
    record Rule(Pattern pattern, Optional<Setting> setting) {
        private static final String LEAVES_OUT = "-:";
        private static final String NAMES = "+:";

        /** Returns whether a rule with this text excludes layers. */
        static boolean leavesOut(String text) {
            return text.startsWith(LEAVES_OUT);
        }

        /**
         * Returns the pattern in a rule's text.
         *
         * @throws java.util.regex.PatternSyntaxException if the pattern cannot be parsed
         */
        static Pattern patternOf(String text) {
            boolean marked = text.startsWith(LEAVES_OUT) || text.startsWith(NAMES);
            return Pattern.compile(marked ? text.substring(NAMES.length()) : text);
        }

        private boolean names(String layer) {
            return pattern.matcher(layer).lookingAt();
        }
    }

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        module.requireCodes(CODES, SCALES);
        int rows = module.rows();
        int columns = module.columns();
        Setting setting = setting(module);
        int bits = setting.bits();
        int groups = ScaleGrid.blocks(columns, setting.width(columns));
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
                groupOf(module, setting, groups));
    }

    private Setting setting(QuantizedModule module) {
        String layer = module.publishedName(CODES);
        Optional<Rule> rule = rules.stream().filter(each -> each.names(layer)).findFirst();
        if (rule.isPresent() && rule.get().setting().isEmpty()) {
            throw module.unexpected(
                    CODES,
                    "no codes, as dynamic leaves layers out that \""
                            + rule.get().pattern() + "\" names",
                    "them");
        }
        return rule.flatMap(Rule::setting).orElse(usual);
    }

    private static int[] groupOf(QuantizedModule module, Setting setting, int groups) {
        if (module.has(GROUPS)) {
            int[] stored = module.groups(GROUPS, groups);
            if (Arrays.stream(stored).anyMatch(group -> group < 0)) {
                throw module.unexpected(GROUPS, "a group from 0 to " + (groups - 1) + " for every column", "-1");
            }
            return stored;
        }
        if (setting.ordered() && groups > 1) {
            throw module.missing(GROUPS, "as desc_act orders columns");
        }
        return module.groupsOf(setting.width(module.columns()));
    }

    @Override
    public String description() {
        List<Setting> all = Stream.concat(Stream.of(usual), rules.stream().flatMap(rule -> rule.setting().stream()))
                .toList();
        int[] sizes = all.stream().mapToInt(Setting::groupSize).distinct().toArray();
        return all.stream()
                        .map(setting -> String.valueOf(setting.bits()))
                        .distinct()
                        .collect(Collectors.joining(" and ", "gptq, ", " bits"))
                + (sizes.length > 1 || sizes[0] == 0 ? "" : ", groups of " + sizes[0]);
    }
}
