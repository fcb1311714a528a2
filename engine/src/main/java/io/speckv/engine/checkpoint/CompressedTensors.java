package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.GroupedMatrix;
import io.speckv.engine.quant.PackedCodes;
import io.speckv.engine.quant.PackedCodes.Order;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import io.speckv.engine.quant.ScaledMatrix;
import io.speckv.engine.quant.StoredNumbers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * The formats of the compressed-tensors library that hold a code for each weight: float-quantized, int-quantized,
 * naive-quantized and pack-quantized. Quantisation of activations and caches is ignored.
 *
 * @param schemes how layers are quantised, by the targets they match
 */
record CompressedTensors(List<Scheme> schemes) implements Quantization {
    private static final String PACKED = ".weight_packed";
    private static final String SCALE = ".weight_scale";
    private static final String ZERO_POINT = ".weight_zero_point";
    private static final String GROUPS = ".weight_g_idx";
    private static final String SHAPE = ".weight_shape";

    /** Which numbers of a matrix share a scale. */
    enum Strategy {
        TENSOR,
        CHANNEL,
        GROUP,
        BLOCK
    }

    /**
     * Selects layers by their published name, by a pattern that the beginning of the name matches, or by the class "Linear".
     *
     * @param text as in the config
     * @param pattern that stands after "re:"; empty for a name or class
     */
    record Target(String text, Optional<Pattern> pattern) {
        private static final String PATTERN = "re:";

        private static final Comparator<Target> NEAREST_FIRST = Comparator.<Target, Boolean>comparing(
                        target -> target.pattern.isPresent())
                .thenComparing(Target::text);

        /**
         * Returns the target that a text names.
         *
         * @throws PatternSyntaxException if the text is a pattern that cannot be parsed
         */
        static Target of(String text) {
            return new Target(
                    text,
                    text.startsWith(PATTERN)
                            ? Optional.of(Pattern.compile(text.substring(PATTERN.length())))
                            : Optional.empty());
        }

        private boolean names(String module) {
            return pattern.map(found -> found.matcher(module).lookingAt()).orElseGet(() -> text.equals(module));
        }

        private boolean isLinear() {
            return text.equals("Linear");
        }
    }

    /**
     * One entry of {@code config_groups}.
     *
     * @param targets the layers it applies to
     * @param bits of a packed code: 2, 4 or 8
     * @param symmetric whether the number zero has the code zero, or the middle code if codes are packed
     * @param ordered whether only {@code weight_g_idx} says which group a column belongs to: {@code actorder} "group"
     * @param strategy which numbers share a scale
     * @param blockRows rows of a block, 1 if the strategy has no blocks
     * @param blockColumns columns of a block or group, 0 if the strategy has none
     */
    record Scheme(
            List<Target> targets,
            int bits,
            boolean symmetric,
            boolean ordered,
            Strategy strategy,
            int blockRows,
            int blockColumns) {
        private ScaleGrid grid(int rows, int columns) {
            return switch (strategy) {
                case TENSOR -> ScaleGrid.of(rows, columns, columns);
                case CHANNEL -> ScaleGrid.of(1, columns, columns);
                case GROUP, BLOCK -> ScaleGrid.of(blockRows, blockColumns, columns);
            };
        }

        private String description() {
            return bits + " bits by " + strategy.toString().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        if (!module.has(QuantizedModule.WEIGHT)) {
            module.requireCodes(PACKED, SCALE);
        }
        String stored = module.has(PACKED) ? PACKED : QuantizedModule.WEIGHT;
        Scheme scheme = scheme(module.publishedName(stored))
                .orElseThrow(() -> module.unexpected(
                        stored, "a target among config_groups that names the layer, or plain numbers", "neither"));
        if (scheme.symmetric && module.has(ZERO_POINT) && !module.isZero(ZERO_POINT)) {
            throw module.unexpected(ZERO_POINT, "nothing but zeros, as the scheme is symmetric", "others");
        }
        return module.has(PACKED) ? packed(module, scheme) : bytes(module, scheme);
    }

    /**
     * Follows the library's rule: names first, then patterns in the order of their text, then classes. Of equal targets the
     * last one counts.
     */
    private Optional<Scheme> scheme(String module) {
        return schemes.stream()
                .flatMap(scheme -> scheme.targets.stream()
                        .filter(target -> target.names(module))
                        .map(target -> Map.entry(target, scheme)))
                .reduce((one, other) -> Target.NEAREST_FIRST.compare(other.getKey(), one.getKey()) <= 0 ? other : one)
                .map(Map.Entry::getValue)
                .or(() -> schemes.stream()
                        .filter(scheme -> scheme.targets.stream().anyMatch(Target::isLinear))
                        .reduce((one, other) -> other));
    }

    private static QuantizedMatrix bytes(QuantizedModule module, Scheme scheme) {
        int rows = module.rows();
        int columns = module.columns();
        Dtype stored =
                module.require(QuantizedModule.WEIGHT, Dtype.I8, Dtype.F8_E4M3).dtype();
        if (module.has(GROUPS)) {
            throw module.unexpected(GROUPS, "none beside codes of one byte", "the tensor");
        }
        Optional<StoredNumbers> byPart =
                scheme.strategy == Strategy.TENSOR && scheme.symmetric ? module.byPart(SCALE) : Optional.empty();
        ScaleGrid grid = byPart.isPresent() ? ScaleGrid.of(1, columns, columns) : scheme.grid(rows, columns);
        if (scheme.ordered && grid.across() > 1) {
            throw module.unexpected(
                    QuantizedModule.WEIGHT, "packed codes, as actorder orders columns", "codes of one byte");
        }
        return new ScaledMatrix(
                rows,
                columns,
                stored.byteFormat().orElseThrow(),
                module.bytes(QuantizedModule.WEIGHT, new long[] {rows, columns}, stored),
                grid,
                byPart.orElseGet(() -> inGrid(module, SCALE, grid)),
                scheme.symmetric ? StoredNumbers.ZERO : inGrid(module, ZERO_POINT, grid),
                1);
    }

    private static QuantizedMatrix packed(QuantizedModule module, Scheme scheme) {
        int rows = module.rows();
        int columns = module.columns();
        requireShape(module);
        ScaleGrid grid = scheme.grid(rows, columns);
        if (scheme.strategy == Strategy.BLOCK) {
            throw module.unexpected(PACKED, "codes of one byte, as scales are of blocks", "packed ones");
        }
        int words = PackedCodes.words(columns, scheme.bits);
        PackedCodes codes = new PackedCodes(
                module.bytes(PACKED, new long[] {rows, words}, Dtype.I32), scheme.bits, 1, words, Order.PLAIN);
        StoredNumbers scales = inGrid(module, SCALE, grid);
        int groups = grid.across();
        return new GroupedMatrix(
                rows,
                columns,
                (row, column) -> codes.at(column, row),
                zeroPoints(module, scheme, groups),
                scheme.strategy == Strategy.TENSOR ? index -> scales.at(0) : scales,
                true,
                groups,
                groupOf(module, scheme, grid));
    }

    /** An index below zero means that the order was never set. */
    private static int[] groupOf(QuantizedModule module, Scheme scheme, ScaleGrid grid) {
        int[] inOrder = module.groupsOf(grid.blockColumns());
        if (!module.has(GROUPS)) {
            if (scheme.ordered && grid.across() > 1) {
                throw module.missing(GROUPS, "as actorder orders columns");
            }
            return inOrder;
        }
        int[] stored = module.groups(GROUPS, grid.across());
        return Arrays.stream(stored).anyMatch(group -> group < 0) ? inOrder : stored;
    }

    private static IntBinaryOperator zeroPoints(QuantizedModule module, Scheme scheme, int groups) {
        if (scheme.symmetric) {
            return (group, row) -> 1 << (scheme.bits - 1);
        }
        int words = PackedCodes.words(module.rows(), scheme.bits);
        PackedCodes codes = new PackedCodes(
                module.bytes(ZERO_POINT, new long[] {words, groups}, Dtype.I32), scheme.bits, groups, 1, Order.PLAIN);
        return (group, row) -> codes.at(row, group);
    }

    private static void requireShape(QuantizedModule module) {
        if (module.has(SHAPE)) {
            var stored = module.require(SHAPE, Dtype.I64, Dtype.I32);
            var bytes = module.bytes(SHAPE, new long[] {2}, Dtype.I64, Dtype.I32);
            boolean wide = stored.dtype() == Dtype.I64;
            long[] found = {wide ? bytes.getLong(0) : bytes.getInt(0), wide ? bytes.getLong(8) : bytes.getInt(4)};
            if (!Arrays.equals(found, new long[] {module.rows(), module.columns()})) {
                throw module.unexpected(
                        SHAPE, "[" + module.rows() + ", " + module.columns() + "]", Arrays.toString(found));
            }
        }
    }

    /** Returns scales or zero points, one for each block. Trailing axes of size 1 may be left out in the file. */
    private static StoredNumbers inGrid(QuantizedModule module, String suffix, ScaleGrid grid) {
        long[] found = module.shape(suffix);
        long[] wanted = {grid.down(module.rows()), grid.across()};
        boolean single = wanted[0] * wanted[1] == 1 && Arrays.stream(found).allMatch(size -> size == 1);
        boolean column = wanted[1] == 1 && Arrays.equals(found, new long[] {wanted[0]});
        if (!single && !column && !Arrays.equals(found, wanted)) {
            throw module.wrongShape(suffix, Arrays.toString(wanted));
        }
        return module.numbers(suffix);
    }

    @Override
    public String description() {
        return "compressed-tensors, "
                + schemes.stream().map(Scheme::description).distinct().collect(Collectors.joining(" and "));
    }
}
