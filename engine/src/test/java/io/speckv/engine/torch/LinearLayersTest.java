package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear layers of every kind on matrices that are multiplied in several pieces, and on activations with outliers. */
@Tag("numerics")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LinearLayersTest {
    private final Random random = new Random(11);
    private final NDManager memory = Devices.newManager(DeviceName.CPU);
    private final Graph graph = Graph.load(
            "linear",
            GraphArchive.pack("LinearProbe", Map.of(), "linear_probe.py", "linears.py", "weights.py"),
            DeviceName.CPU);

    @AfterAll
    void close() {
        memory.close();
        graph.close();
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.torch.LinearLayers#kinds")
    void rowsThatAreOneOrManyEqualPlainJava(LinearKind kind) {
        // 524,288 / 1,600 rows of the weight are widened at a time: the third piece is a short one.
        float[][] weight = normal(700, 1600);
        float[] bias = normal(1, 700)[0];
        IValue layer = LinearLayers.layer(graph, memory, kind, weight, bias);
        for (int rows : new int[] {1, 2, 17}) {
            float[][] x = normal(rows, 1600);
            NDArray y = multiply(layer, x);
            for (int row = 0; row < rows; row++) {
                float[] expected = ReferenceLayer.add(LinearLayers.expected(kind, weight, x[row]), bias);
                assertThat(y.get(row).toFloatArray())
                        .containsExactly(expected, within(LinearLayers.bound(kind, 5e-3f, 0.15f)));
            }
        }
    }

    /** Real activations have a few columns a hundred times as large as the rest, which carries the meaning all the same. */
    @ParameterizedTest
    @MethodSource("io.speckv.engine.torch.LinearLayers#kinds")
    void outlyingActivationsDoNotDrownTheRest(LinearKind kind) {
        float[][] weight = normal(64, 512);
        float[][] x = normal(3, 512);
        for (float[] row : x) {
            row[17] *= 300;
            row[400] *= -150;
        }
        // The outliers meet nothing, so that the result is the rest's alone; of mixed weights they meet what rounding
        // leaves.
        for (float[] row : weight) {
            row[17] = 0;
            row[400] = 0;
        }
        NDArray y = multiply(LinearLayers.layer(graph, memory, kind, weight, new float[0]), x);
        boolean mixes = kind == LinearKind.BLOCKED_INT8 || kind == LinearKind.PACKED_INT8;
        float[][] kept = mixes ? ReferenceLayer.throughInt8(ReferenceLayer.hadamard(weight), 512) : weight;
        float[][] exact = mixes ? ReferenceLayer.hadamard(x) : x;
        for (int row = 0; row < 3; row++) {
            float[] expected = ReferenceLayer.multiply(kept, exact[row]);
            // A row that is not quite uneven enough for two digits loses 14 / 440 of its mean size.
            assertThat(distance(expected, y.get(row).toFloatArray()))
                    .isLessThan(kind == LinearKind.BLOCKED_INT8 ? 0.035 : 0.012);
        }
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.torch.LinearLayers#kinds")
    void aRowAloneIsThatRowAmongOthers(LinearKind kind) {
        float[][] x = normal(5, 512);
        x[1][17] *= 300;
        Arrays.fill(x[2], 0);
        IValue layer = LinearLayers.layer(graph, memory, kind, normal(48, 512), new float[0]);
        NDArray together = multiply(layer, x);
        for (int row = 0; row < x.length; row++) {
            float[] among = together.get(row).toFloatArray();
            float[] alone = multiply(layer, new float[][] {x[row]}).get(0).toFloatArray();
            if (row == 2) {
                assertThat(alone).containsOnly(0);
            } else {
                // Sums in another order may move a number across the middle between two steps of 8 bits.
                assertThat(distance(among, alone)).isLessThan(2e-3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.torch.LinearLayers#kinds")
    void aRowThatIsNotFiniteHasNoFiniteResult(LinearKind kind) {
        IValue layer = LinearLayers.layer(graph, memory, kind, normal(48, 512), new float[0]);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (int rows : new int[] {1, 3}) {
                float[][] x = normal(rows, 512);
                x[0][99] = bad;
                for (float y : multiply(layer, x).get(0).toFloatArray()) {
                    assertThat(y).isNotFinite();
                }
            }
        }
    }

    /** With weights of at most 63 no processor cuts two products of bytes off at 16 bits, so that all can run this. */
    @Test
    void rowsWithOutliersAreMultipliedInTwoDigitsAsOneNumber() {
        float[][] x = normal(3, 256);
        x[0][3] = 90;
        x[1][77] = 50;
        x[2][100] = -400;
        float[][] whole = new float[32][256];
        ByteBuffer bytes = ByteBuffer.allocateDirect(32 * 256);
        for (float[] row : whole) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(-63, 64);
                bytes.put((byte) row[i]);
            }
        }
        float[] scales = new float[32];
        Arrays.fill(scales, 0.5f);
        IValue layer = graph.call("blocked_int8")
                .with(memory.create(bytes.flip(), new Shape(32, 256), DataType.INT8))
                .with(memory.create(scales))
                .value();
        NDArray y = multiply(layer, x);
        for (int row = 0; row < 3; row++) {
            float[] expected = ReferenceLayer.multiply(whole, x[row]);
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= 0.5f;
            }
            assertThat(distance(expected, y.get(row).toFloatArray())).isLessThan(1e-3);
        }
    }

    /** A row with one number a hundred times as large keeps the others where scales are by block. */
    @Test
    void outlyingWeightsSpoilTheirBlockAlone() {
        float[][] weight = normal(64, 512);
        for (float[] row : weight) {
            row[5] *= 100;
        }
        float[][] x = normal(2, 512);
        x[0][5] = 0;
        x[1][5] = 0;
        NDArray y = multiply(LinearLayers.layer(graph, memory, LinearKind.NARROW_INT8, weight, new float[0]), x);
        for (int row = 0; row < 2; row++) {
            float[] expected = ReferenceLayer.multiply(weight, x[row]);
            assertThat(distance(expected, y.get(row).toFloatArray())).isLessThan(0.15);
        }
    }

    /** bf16 reaches from 1e-38 to 3e38 and fp16 not from 1e-7 to 1e5: what both hold is kept to the last bit. */
    @ParameterizedTest
    @ValueSource(floats = {0x1p-90f, 0x1p-17f, 1, 0x1p14f, 0x1p90f})
    void halfHoldsTheNumbersOfBf16WhateverTheirSize(float size) {
        assumeTrue(LinearLayers.kinds().anyMatch(LinearKind.HALF::equals), "this machine has no FBGEMM");
        float[][] weight = ReferenceLayer.throughBf16(normal(40, 256));
        for (float[] row : weight) {
            for (int i = 0; i < row.length; i++) {
                // Also numbers a million times as small as the largest.
                row[i] *= i % 2 == 0 ? size : size / (1 << 20);
            }
        }
        IValue layer = LinearLayers.layer(graph, memory, LinearKind.HALF, weight, new float[0]);
        assertThat(kind(layer)).isEqualTo("half");
        for (int column = 0; column < 256; column += 51) {
            float[][] one = new float[1][256];
            one[0][column] = 1;
            float[] y = multiply(layer, one).toFloatArray();
            for (int row = 0; row < 40; row++) {
                assertThat(y[row]).isEqualTo(weight[row][column]);
            }
        }
    }

    @Test
    void aRowTooSmallForFp16BesideOthersLeavesTheMatrixNarrow() {
        assumeTrue(LinearLayers.kinds().anyMatch(LinearKind.HALF::equals), "this machine has no FBGEMM");
        float[][] weight = normal(40, 256);
        for (int i = 0; i < 256; i++) {
            weight[7][i] *= 1e-9f;
            weight[8][i] = 0;
        }
        IValue layer = LinearLayers.layer(graph, memory, LinearKind.HALF, weight, new float[0]);
        assertThat(kind(layer)).isEqualTo("narrow");
        float[][] x = normal(1, 256);
        float[] expected = LinearLayers.expected(LinearKind.NARROW, weight, x[0]);
        assertThat(multiply(layer, x).get(0).getFloat(7)).isCloseTo(expected[7], withinPercentage(0.01));
    }

    private String kind(IValue layer) {
        try (IValue kind = graph.call("kind").withShared(layer).value()) {
            return kind.toStringValue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64", "64, 1", "7, 130", "129, 63"})
    void quantisedWeightsAreWithinHalfAStep(int out, int in) {
        float[][] weight = normal(out, in);
        NDArray[] parts = graph.call("quantize")
                .with(LinearLayers.matrix(memory, weight))
                .with(64)
                .with(memory.create(new float[0]))
                .tensors(memory);
        int blocks = in % 64 == 0 ? in / 64 : 1;
        assertThat(parts[1].getShape().getShape()).containsExactly(out, blocks);
        float[] scales = parts[1].toFloatArray();
        byte[] whole = parts[0].toByteArray();
        for (int i = 0; i < whole.length; i++) {
            float scale = scales[i / in * blocks + i % in / (in / blocks)];
            assertThat(whole[i]).isBetween((byte) -127, (byte) 127);
            assertThat(whole[i] * scale).isCloseTo(weight[i / in][i % in], within(scale * 0.501f));
        }
    }

    private NDArray multiply(IValue layer, float[][] x) {
        return graph.call("multiply")
                .with(LinearLayers.matrix(memory, x))
                .withShared(layer)
                .tensor(memory);
    }

    /** Root mean square of the difference over that of the expected. */
    private static double distance(float[] expected, float[] found) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(expected[i] - found[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / size);
    }

    private float[][] normal(int rows, int columns) {
        float[][] numbers = new float[rows][columns];
        for (float[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return numbers;
    }
}
