package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.torch.Capabilities.Product;
import java.util.Arrays;
import java.util.stream.Stream;

/** Linear layers of every kind, made from plain numbers as {@link WeightReader} makes them from files. */
final class LinearLayers {
    private LinearLayers() {}

    /** The kinds that this processor multiplies rightly: their results are tested; that others are not taken is, too. */
    static Stream<LinearKind> kinds() {
        Capabilities here = Capabilities.of(DeviceName.CPU);
        return Arrays.stream(LinearKind.values()).filter(kind -> switch (kind) {
            case PLAIN, NARROW, NARROW_INT8 -> true;
            case BLOCKED -> here.multipliesBlocked(ScalarType.FLOAT32);
            case HALF -> here.exact(Product.HALF);
            case BLOCKED_INT8 -> here.exact(Product.INT8_BLOCKED);
            case PACKED_INT8 -> here.exact(Product.INT8_PACKED);
        });
    }

    /** weight by x in plain Java, with what a kind keeps of both. */
    static float[] expected(LinearKind kind, float[][] weight, float[] x) {
        return switch (kind) {
            case PLAIN, BLOCKED -> ReferenceLayer.multiply(weight, x);
            case NARROW, HALF -> ReferenceLayer.multiply(ReferenceLayer.throughBf16(weight), x);
            case NARROW_INT8 -> ReferenceLayer.multiply(ReferenceLayer.throughInt8(weight, 64), x);
            case PACKED_INT8 ->
                ReferenceLayer.multiply(
                        ReferenceLayer.throughInt8(ReferenceLayer.hadamard(weight), weight[0].length),
                        ReferenceLayer.hadamard(new float[][] {x})[0]);
            case BLOCKED_INT8 -> {
                float[][] mixed = ReferenceLayer.throughInt8(ReferenceLayer.hadamard(weight), weight[0].length);
                float[][] row = ReferenceLayer.throughInt8(ReferenceLayer.hadamard(new float[][] {x}), x.length);
                yield ReferenceLayer.multiply(mixed, row[0]);
            }
        };
    }

    /**
     * How far a result may lie from {@link #expected}.
     *
     * @param float32 the bound where activations are multiplied in float32
     * @param step the bound where they or weights are rounded to 8 bits, and a few may be rounded the other way
     */
    static float bound(LinearKind kind, float float32, float step) {
        return kind.isInt8() ? step : float32;
    }

    /**
     * @param graph with the method {@code linear} that a {@link WeightReader} wants
     * @param weight {@code [out][in]}
     * @param bias {@code [out]}, or empty
     */
    static IValue layer(Graph graph, NDManager memory, LinearKind kind, float[][] weight, float[] bias) {
        NDArray matrix = matrix(memory, weight);
        boolean ofBf16 = kind == LinearKind.NARROW || kind == LinearKind.HALF;
        return graph.call("linear")
                .with(kind.word())
                .with(ofBf16 ? bf16(graph, memory, matrix, weight) : matrix)
                .with(memory.create(bias))
                .with(kind.mixes() ? mixing(graph, memory, weight[0].length) : memory.create(new float[0]))
                .value();
    }

    private static NDArray mixing(Graph graph, NDManager memory, int width) {
        return graph.call("hadamard")
                .with(width)
                .with(ScalarType.FLOAT32.code())
                .tensor(memory);
    }

    static NDArray matrix(NDManager memory, float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return memory.create(flat, new Shape(rows.length, rows[0].length));
    }

    private static NDArray bf16(Graph graph, NDManager memory, NDArray matrix, float[][] weight) {
        return graph.call("weight")
                .with(matrix.flatten())
                .with(0)
                .with(new long[] {weight.length, weight[0].length})
                .with(ScalarType.BFLOAT16.code())
                .with(Devices.torchName(DeviceName.CPU))
                .tensor(memory);
    }
}
