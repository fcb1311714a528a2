package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.ByteFormat;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import io.speckv.engine.quant.ScaledMatrix;
import io.speckv.engine.quant.StoredNumbers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * FP8 with scales of matrices, rows or blocks: transformers' and vLLM's {@code fp8}, {@code fbgemm_fp8}, {@code modelopt}.
 * Numbers are multiplied by scales, also by those that are called inverse. Quantisation of activations is ignored: they stay
 * unquantised, which is closer to the original model.
 *
 * @param method the config's name of the method
 * @param block rows and columns of a block; empty if a scale belongs to a matrix or a row
 */
record Fp8(String method, List<Integer> block) implements Quantization {
    private static final List<String> SCALES = List.of(".weight_scale_inv", ".weight_scale");

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        int rows = module.rows();
        int columns = module.columns();
        ByteFormat format = module.require(QuantizedModule.WEIGHT, Dtype.F8_E4M3, Dtype.F8_E5M2)
                .dtype()
                .byteFormat()
                .orElseThrow();
        Optional<String> scale = SCALES.stream().filter(module::has).findFirst();
        if (scale.isEmpty()) {
            throw module.missing(SCALES.get(block.isEmpty() ? 1 : 0));
        }
        Optional<StoredNumbers> byPart = block.isEmpty() ? module.byPart(scale.get()) : Optional.empty();
        return new ScaledMatrix(
                rows,
                columns,
                format,
                module.bytes(QuantizedModule.WEIGHT, new long[] {rows, columns}, Dtype.F8_E4M3, Dtype.F8_E5M2),
                byPart.isPresent() ? ScaleGrid.of(1, columns, columns) : grid(module, scale.get()),
                byPart.orElseGet(() -> module.numbers(scale.get())),
                StoredNumbers.ZERO,
                1);
    }

    private ScaleGrid grid(QuantizedModule module, String scale) {
        int rows = module.rows();
        int columns = module.columns();
        long[] shape = module.shape(scale);
        boolean single = Arrays.stream(shape).allMatch(size -> size == 1);
        if (single && block.isEmpty()) {
            return ScaleGrid.of(rows, columns, columns);
        }
        if (!block.isEmpty()) {
            ScaleGrid grid = ScaleGrid.of(block.get(0), block.get(1), columns);
            long[] blocks = {grid.down(rows), grid.across()};
            if (!Arrays.equals(shape, blocks) && !(single && blocks[0] * blocks[1] == 1)) {
                throw module.wrongShape(scale, Arrays.toString(blocks) + ", one for each block of " + block);
            }
            return grid;
        }
        if (!Arrays.equals(shape, new long[] {rows}) && !Arrays.equals(shape, new long[] {rows, 1})) {
            throw module.wrongShape(scale, "[1], or [" + rows + ", 1] for a scale of each row");
        }
        return ScaleGrid.of(1, columns, columns);
    }

    @Override
    public String description() {
        return method + (block.isEmpty() ? "" : ", blocks of " + block.get(0) + " by " + block.get(1));
    }
}
