package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.JsonFile;
import io.speckv.engine.quant.ByteFormat;
import io.speckv.engine.quant.CodebookMatrix;
import io.speckv.engine.quant.QuantizedMatrix;
import io.speckv.engine.quant.ScaleGrid;
import io.speckv.engine.quant.ScaledMatrix;
import io.speckv.engine.quant.StoredNumbers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What bitsandbytes writes: int8 with a scale for each row (LLM.int8, arXiv:2208.07339), NF4 and FP4 (arXiv:2305.14314).
 *
 * @param bits of a code, according to the config; the tensors decide
 */
record BitsAndBytes(int bits) implements Quantization {
    private static final String ROW_SCALES = ".SCB";
    private static final String ROW_ORDER = ".weight_format";
    private static final String MAGNITUDES = ".weight.absmax";
    private static final String NESTED_MAGNITUDES = ".weight.nested_absmax";
    private static final String NESTED_BLOCK = "nested_blocksize";
    private static final List<String> STATES =
            List.of(".weight.quant_state.bitsandbytes__nf4", ".weight.quant_state.bitsandbytes__fp4");
    private static final int CODES = 16;
    private static final int BYTES = 256;

    @Override
    public QuantizedMatrix matrix(QuantizedModule module) {
        Dtype stored =
                module.require(QuantizedModule.WEIGHT, Dtype.I8, Dtype.U8).dtype();
        return stored == Dtype.I8 ? int8(module) : fourBits(module);
    }

    private static QuantizedMatrix int8(QuantizedModule module) {
        int rows = module.rows();
        int columns = module.columns();
        if (module.has(ROW_ORDER)) {
            byte order = module.single(ROW_ORDER, Dtype.U8).get(0);
            if (order != 0) {
                throw module.unexpected(ROW_ORDER, "0, rows as they are", String.valueOf(order));
            }
        }
        return new ScaledMatrix(
                rows,
                columns,
                ByteFormat.INT8,
                module.bytes(QuantizedModule.WEIGHT, new long[] {rows, columns}, Dtype.I8),
                ScaleGrid.of(1, columns, columns),
                module.numbers(ROW_SCALES, rows),
                StoredNumbers.ZERO,
                1f / Byte.MAX_VALUE);
    }

    private static QuantizedMatrix fourBits(QuantizedModule module) {
        long count = (long) module.rows() * module.columns();
        String state = STATES.stream()
                .filter(module::has)
                .findFirst()
                .orElseThrow(() -> module.missingBoth(STATES.get(0), STATES.get(1)));
        JsonFile settings = module.json(state);
        if (!Arrays.equals(settings.integers("shape"), new long[] {module.rows(), module.columns()})) {
            throw settings.unexpected("shape", "[" + module.rows() + ", " + module.columns() + "]");
        }
        int block = positive(settings, "blocksize");
        float[] table = new float[CODES];
        StoredNumbers codebook = module.numbers(".weight.quant_map", CODES);
        for (int code = 0; code < CODES; code++) {
            table[code] = codebook.at(code);
        }
        int blocks = ScaleGrid.blocks(count, block);
        return new CodebookMatrix(
                module.rows(),
                module.columns(),
                module.bytes(QuantizedModule.WEIGHT, new long[] {ScaleGrid.blocks(count, 2), 1}, Dtype.U8),
                table,
                block,
                module.has(NESTED_MAGNITUDES) || settings.has(NESTED_BLOCK)
                        ? nested(module, settings, blocks)
                        : module.numbers(MAGNITUDES, blocks));
    }

    /** Returns magnitudes that are quantised themselves. */
    private static StoredNumbers nested(QuantizedModule module, JsonFile settings, int blocks) {
        int block = positive(settings, NESTED_BLOCK);
        float offset = (float) settings.requireDouble("nested_offset");
        ByteBuffer codes = module.bytes(MAGNITUDES, new long[] {blocks}, Dtype.U8);
        StoredNumbers table = module.numbers(".weight.nested_quant_map", BYTES);
        StoredNumbers magnitudes = module.numbers(NESTED_MAGNITUDES, ScaleGrid.blocks(blocks, block));
        return index -> table.at(codes.get(index) & 0xFF) * magnitudes.at(index / block) + offset;
    }

    private static int positive(JsonFile settings, String key) {
        int value = settings.requireInt(key);
        if (value < 1) {
            throw settings.unexpected(key, "a positive number");
        }
        return value;
    }

    @Override
    public String description() {
        return "bitsandbytes, " + bits + " bits";
    }
}
