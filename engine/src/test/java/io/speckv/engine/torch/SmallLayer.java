package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.Precision;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** One small layer of a decoder, its graph, and what plain Java says of both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SmallLayer {
    static final int HEADS = 4;
    static final int KV_HEADS = 2;
    static final int DIMENSION = 8;
    static final int HIDDEN = 16;
    static final int INNER = 24;
    static final double EPSILON = 1e-5;
    static final float TOLERANCE = 2e-5f;
    static final LinearKind EXACT = Capabilities.of(DeviceName.CPU)
            .computation(Precision.FP32, Kernels.AUTO)
            .kind();
    static final float[] FREQUENCIES = {1, 0.3f, 0.1f, 0.01f};

    final Random random = new Random(5);
    final Graph graph = Graph.load(
            "decoder",
            GraphArchive.pack(
                    "Decoder",
                    Map.of(
                            "heads",
                            HEADS,
                            "kv_heads",
                            KV_HEADS,
                            "head_dim",
                            DIMENSION,
                            "epsilon",
                            EPSILON,
                            "gelu",
                            false,
                            "experts_chosen",
                            0,
                            "experts_normalised",
                            false,
                            "embedding_scale",
                            1.0),
                    DecoderModel.SOURCES),
            DeviceName.CPU);
    final NDManager memory = Devices.newManager(DeviceName.CPU);
    final float[][] joint = normal((HEADS + 2 * KV_HEADS) * DIMENSION, HIDDEN);
    final float[] bias = normal(1, joint.length)[0];
    final float[][] output = normal(HIDDEN, HEADS * DIMENSION);
    final float[][] gate = normal(INNER, HIDDEN);
    final float[][] up = normal(INNER, HIDDEN);
    final float[][] down = normal(HIDDEN, INNER);
    final float[][] layerNorms = {normal(1, HIDDEN)[0], {}, {}, normal(1, HIDDEN)[0], {}, {}};

    @AfterAll
    void close() {
        memory.close();
        graph.close();
    }

    /** Queries, keys and values {@code [heads][d]} of one normalised row at a position. */
    float[][][] heads(float[] x, float[][] norms, int position) {
        float[] all = ReferenceLayer.add(ReferenceLayer.multiply(joint, x), bias);
        float[][][] parts = {new float[HEADS][], new float[KV_HEADS][], new float[KV_HEADS][]};
        int at = 0;
        for (int part = 0; part < 3; part++) {
            for (int head = 0; head < parts[part].length; head++) {
                float[] numbers = Arrays.copyOfRange(all, at, at + DIMENSION);
                at += DIMENSION;
                if (part < 2 && norms[1 + part].length > 0) {
                    numbers = ReferenceLayer.rmsNorm(numbers, norms[1 + part], EPSILON);
                }
                parts[part][head] = part == 2 ? numbers : ReferenceLayer.rotate(numbers, FREQUENCIES, position);
            }
        }
        return parts;
    }

    float[] finished(float[] hidden, float[] mixed, BiFunction<float[][], float[], float[]> product) {
        float[] after = ReferenceLayer.add(hidden, product.apply(output, mixed));
        float[] x = ReferenceLayer.rmsNorm(after, layerNorms[3], EPSILON);
        float[] inner = ReferenceLayer.gated(product.apply(gate, x), product.apply(up, x));
        return ReferenceLayer.add(after, product.apply(down, inner));
    }

    NDArray[] angles(int... positions) {
        return graph.call("rotary")
                .with(memory.create(FREQUENCIES))
                .with(DecoderModel.longs(memory, positions))
                .with(memory.create(new float[0]))
                .with(ScalarType.FLOAT32.code())
                .tensors(memory);
    }

    IValue linears(LinearKind kind) {
        IValue mlpGate = layer(kind, gate, new float[0]);
        IValue mlpUp = layer(kind, up, new float[0]);
        if (kind.joinsGates()) {
            float[][] both = Arrays.copyOf(gate, 2 * INNER);
            System.arraycopy(up, 0, both, INNER, INNER);
            mlpGate = layer(kind, both, new float[0]);
            mlpUp = graph.call("absent").value();
        }
        return IValue.listFrom(
                layer(kind, joint, bias),
                layer(kind, output, new float[0]),
                mlpGate,
                mlpUp,
                layer(kind, down, new float[0]));
    }

    IValue layer(LinearKind kind, float[][] weight, float[] bias) {
        return LinearLayers.layer(graph, memory, kind, weight, bias);
    }

    IValue list(float[][] vectors) {
        return IValue.listFrom(
                Arrays.stream(vectors).map(v -> (PtNDArray) memory.create(v)).toArray(PtNDArray[]::new));
    }

    NDArray matrix(float[][] rows) {
        return memory.create(flat(rows), new Shape(rows.length, rows[0].length));
    }

    NDArray cube(float[][][] parts) {
        float[] all = new float[parts.length * parts[0].length * DIMENSION];
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(flat(parts[i]), 0, all, i * parts[0].length * DIMENSION, parts[0].length * DIMENSION);
        }
        return memory.create(all, new Shape(parts.length, parts[0].length, DIMENSION));
    }

    float[][][] normals(int parts, int rows) {
        float[][][] numbers = new float[parts][][];
        Arrays.setAll(numbers, i -> normal(rows, DIMENSION));
        return numbers;
    }

    float[][] normal(int rows, int columns) {
        float[][] numbers = new float[rows][columns];
        for (float[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return numbers;
    }

    static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    /** Row of mixed values {@code [heads, rows, d]}, its heads one after the other. */
    static float[] rowOf(float[] mixed, int rows, int row) {
        float[] one = new float[HEADS * DIMENSION];
        for (int head = 0; head < HEADS; head++) {
            System.arraycopy(mixed, (head * rows + row) * DIMENSION, one, head * DIMENSION, DIMENSION);
        }
        return one;
    }
}
