package io.speckv.engine.torch;

import io.speckv.engine.checkpoint.WeightType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The parts of a decoder layer in plain Java, one number after the other; matrices are {@code [rows][columns]}. */
final class ReferenceLayer {
    private ReferenceLayer() {}

    static float[] rmsNorm(float[] x, float[] weight, double epsilon) {
        double sum = 0;
        for (float number : x) {
            sum += (double) number * number;
        }
        double scale = 1 / Math.sqrt(sum / x.length + epsilon);
        float[] scaled = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = (float) (x[i] * scale * weight[i]);
        }
        return scaled;
    }

    /** weight by x. */
    static float[] multiply(float[][] weight, float[] x) {
        float[] y = new float[weight.length];
        for (int row = 0; row < y.length; row++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += (double) weight[row][i] * x[i];
            }
            y[row] = (float) sum;
        }
        return y;
    }

    /** What is left of weights in bf16. */
    static float[][] throughBf16(float[][] weight) {
        ByteBuffer number = ByteBuffer.allocate(Short.BYTES);
        return map(weight, row -> {
            float[] kept = new float[row.length];
            for (int i = 0; i < kept.length; i++) {
                WeightType.BF16.put(number.clear(), row[i]);
                kept[i] = WeightType.BF16.get(number, 0);
            }
            return kept;
        });
    }

    /** What is left of weights in int8: 127 steps to the largest of every {@code block} of a row, or of a row if shorter. */
    static float[][] throughInt8(float[][] weight, int block) {
        return map(weight, row -> {
            float[] kept = new float[row.length];
            for (int first = 0; first < row.length; first += block) {
                int end = Math.min(row.length, first + block);
                float scale = Math.max(largest(Arrays.copyOfRange(row, first, end)) / 127, 1e-12f);
                for (int i = first; i < end; i++) {
                    kept[i] = (float) Math.rint(row[i] / scale) * scale;
                }
            }
            return kept;
        });
    }

    /** Rows mixed by Hadamard matrices: sums and differences, over the root of how many there are. */
    static float[][] hadamard(float[][] rows) {
        int width = IntStream.of(64, 16, 4, 1)
                .filter(each -> rows[0].length % each == 0)
                .findFirst()
                .orElseThrow();
        return map(rows, row -> {
            float[] mixed = new float[row.length];
            for (int i = 0; i < row.length; i++) {
                double sum = 0;
                for (int j = 0; j < width; j++) {
                    boolean negative = Integer.bitCount(i % width & j) % 2 == 1;
                    sum += (negative ? -1 : 1) * (double) row[i / width * width + j];
                }
                mixed[i] = (float) (sum / Math.sqrt(width));
            }
            return mixed;
        });
    }

    private static float[][] map(float[][] rows, UnaryOperator<float[]> each) {
        return Arrays.stream(rows).map(each).toArray(float[][]::new);
    }

    private static float largest(float[] x) {
        float largest = 0;
        for (float number : x) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }

    /** One head {@code [d]} turned to a position: number i and number i + d/2 are a pair. */
    static float[] rotate(float[] head, float[] inverseFrequencies, int position) {
        int half = head.length / 2;
        float[] turned = new float[head.length];
        for (int i = 0; i < half; i++) {
            double angle = position * (double) inverseFrequencies[i];
            turned[i] = (float) (head[i] * Math.cos(angle) - head[i + half] * Math.sin(angle));
            turned[i + half] = (float) (head[i + half] * Math.cos(angle) + head[i] * Math.sin(angle));
        }
        return turned;
    }

    /** silu(gate) * up. */
    static float[] gated(float[] gate, float[] up) {
        float[] inner = new float[gate.length];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = (float) (gate[i] / (1 + Math.exp(-gate[i])) * up[i]);
        }
        return inner;
    }

    static float[] add(float[] a, float[] b) {
        float[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
