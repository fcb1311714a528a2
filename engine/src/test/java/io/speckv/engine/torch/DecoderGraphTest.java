package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods of decoder.py, and layers.py, rope.py and slots.py through them, against plain Java. */
@Tag("numerics")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecoderGraphTest {
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int DIMENSION = 8;
    private static final int HIDDEN = 16;
    private static final int INNER = 24;
    private static final double EPSILON = 1e-5;
    private static final float TOLERANCE = 2e-5f;
    private static final LinearKind EXACT = Capabilities.of(DeviceName.CPU)
            .computation(Precision.FP32, Kernels.AUTO)
            .kind();
    private static final float[] FREQUENCIES = {1, 0.3f, 0.1f, 0.01f};

    private final Random random = new Random(5);
    private final Graph graph = Graph.load(
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
    private final NDManager memory = Devices.newManager(DeviceName.CPU);
    private final float[][] joint = normal((HEADS + 2 * KV_HEADS) * DIMENSION, HIDDEN);
    private final float[] bias = normal(1, joint.length)[0];
    private final float[][] output = normal(HIDDEN, HEADS * DIMENSION);
    private final float[][] gate = normal(INNER, HIDDEN);
    private final float[][] up = normal(INNER, HIDDEN);
    private final float[][] down = normal(HIDDEN, INNER);
    private final float[][] layerNorms = {normal(1, HIDDEN)[0], {}, {}, normal(1, HIDDEN)[0], {}, {}};

    @AfterAll
    void close() {
        memory.close();
        graph.close();
    }

    @Test
    void anglesAreThoseOfThePositionsWithTheFirstSinesNegative() {
        NDArray[] angles = angles(0, 3, 5000);
        for (int i = 0; i < DIMENSION / 2; i++) {
            for (int row = 0; row < 3; row++) {
                double angle = new int[] {0, 3, 5000}[row] * (double) FREQUENCIES[i];
                assertThat(angles[0].getFloat(row, i)).isCloseTo((float) Math.cos(angle), within(1e-4f));
                assertThat(angles[1].getFloat(row, i)).isCloseTo((float) -Math.sin(angle), within(1e-4f));
                assertThat(angles[1].getFloat(row, i + 4)).isCloseTo((float) Math.sin(angle), within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void queriesAndKeysAreProjectedNormalisedAndTurned(boolean normalised) {
        float[][] norms = layerNorms.clone();
        if (normalised) {
            norms[1] = normal(1, DIMENSION)[0];
            norms[2] = normal(1, DIMENSION)[0];
        }
        float[][] x = normal(3, HIDDEN);
        NDArray[] angles = angles(0, 7, 90);
        NDArray[] parts = graph.call("query_key_value")
                .with(matrix(x))
                .with(angles[0].expandDims(1))
                .with(angles[1].expandDims(1))
                .withShared(list(norms))
                .withShared(linears(EXACT))
                .tensors(memory);
        for (int row = 0; row < 3; row++) {
            float[][][] expected = heads(x[row], norms, new int[] {0, 7, 90}[row]);
            for (int part = 0; part < 3; part++) {
                assertThat(parts[part].get(row).toFloatArray())
                        .containsExactly(flat(expected[part]), within(TOLERANCE));
            }
        }
    }

    @Test
    void aBlockIsProjectedToItsOwnPlacesOnly() {
        float[][] hidden = normal(5, HIDDEN);
        NDArray[] angles = angles(10, 11, 12, 13, 14);
        NDArray queries = memory.zeros(new Shape(HEADS, 5, DIMENSION));
        NDArray keys = memory.zeros(new Shape(KV_HEADS, 9, DIMENSION));
        NDArray values = memory.zeros(new Shape(KV_HEADS, 9, DIMENSION));
        graph.call("project")
                .with(matrix(hidden))
                .with(2)
                .with(2)
                .with(3)
                .with(angles[0])
                .with(angles[1])
                .withShared(list(layerNorms))
                .withShared(linears(EXACT))
                .with(queries)
                .with(keys)
                .with(values)
                .run();
        NDArray[] written = {queries, keys, values};
        for (int part = 0; part < 3; part++) {
            for (int place = 0; place < written[part].getShape().get(1); place++) {
                int row = part == 0 ? place : place - 3;
                float[] there = written[part].get(":," + place).toFloatArray();
                if (row == 2 || row == 3) {
                    float[] x = ReferenceLayer.rmsNorm(hidden[row], layerNorms[0], EPSILON);
                    assertThat(there).containsExactly(flat(heads(x, layerNorms, 10 + row)[part]), within(TOLERANCE));
                } else {
                    assertThat(there).containsOnly(0f);
                }
            }
        }
    }

    /** A window of 9 hides nothing here, and one of 2 hides all but a row's own key and the one before it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 9})
    void attentionAndMlpAreAddedToTheRowsOfABlock(int window) {
        float[][] hidden = normal(4, HIDDEN);
        float[][][] queries = {normal(4, 8), normal(4, 8), normal(4, 8), normal(4, 8)};
        float[][][] keys = {normal(6, 8), normal(6, 8)};
        float[][][] values = {normal(6, 8), normal(6, 8)};
        NDArray rows = matrix(hidden);
        graph.call("attend")
                .with(rows)
                .with(1)
                .with(2)
                .with(2)
                .with(cube(queries))
                .with(cube(keys))
                .with(cube(values))
                .withShared(list(layerNorms))
                .withShared(linears(EXACT))
                .with(memory.create(new long[0], new Shape(0)))
                .with(0)
                .with(window)
                .run();
        double[][][] weights = ReferenceAttention.weights(
                queries, keys, (head, row, key) -> key <= 2 + row && (window == 0 || key > 2 + row - window));
        float[] mixed = ReferenceAttention.mix(weights, values);
        for (int row = 0; row < 4; row++) {
            float[] expected = hidden[row];
            if (row == 1 || row == 2) {
                expected = finished(hidden[row], rowOf(mixed, 4, row), ReferenceLayer::multiply);
            }
            assertThat(rows.get(row).toFloatArray()).containsExactly(expected, within(1e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.torch.LinearLayers#kinds")
    void outputAndMlpEqualPlainJavaWhateverTheWeightsFormat(LinearKind kind) {
        float[][] hidden = normal(3, HIDDEN);
        float[][] mixed = normal(3, HEADS * DIMENSION);
        NDArray rows = matrix(hidden);
        graph.call("finish")
                .with(rows)
                .with(matrix(mixed))
                .withShared(list(layerNorms))
                .withShared(linears(kind))
                .run();
        for (int row = 0; row < 3; row++) {
            float[] expected = finished(hidden[row], mixed[row], (weight, x) -> LinearLayers.expected(kind, weight, x));
            assertThat(rows.get(row).toFloatArray())
                    .containsExactly(expected, within(LinearLayers.bound(kind, 1e-3f, 1f)));
        }
    }

    @Test
    void whatIsAddedIsNormalisedWhereTheFamilyNormalisesIt() {
        float[][] hidden = normal(2, HIDDEN);
        float[][] mixed = normal(2, HEADS * DIMENSION);
        float[][] norms = layerNorms.clone();
        norms[4] = normal(1, HIDDEN)[0];
        norms[5] = normal(1, HIDDEN)[0];
        NDArray rows = matrix(hidden);
        graph.call("finish")
                .with(rows)
                .with(matrix(mixed))
                .withShared(list(norms))
                .withShared(linears(EXACT))
                .run();
        for (int row = 0; row < 2; row++) {
            float[] attended = ReferenceLayer.multiply(output, mixed[row]);
            float[] after = ReferenceLayer.add(hidden[row], ReferenceLayer.rmsNorm(attended, norms[4], EPSILON));
            float[] x = ReferenceLayer.rmsNorm(after, norms[3], EPSILON);
            float[] inner = ReferenceLayer.gated(ReferenceLayer.multiply(gate, x), ReferenceLayer.multiply(up, x));
            float[] added = ReferenceLayer.rmsNorm(ReferenceLayer.multiply(down, inner), norms[5], EPSILON);
            assertThat(rows.get(row).toFloatArray()).containsExactly(ReferenceLayer.add(after, added), within(1e-3f));
        }
    }

    /** The steps of three sequences of 2, 5 and 3 keys, in slots that are neighbours or not, with a window or without. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "1, 3", "2, 1", "1, 9"})
    void oneTokenOfEachSequenceSeesItsOwnSlotOnly(int stride, int window) {
        int[] held = {2, 5, 3};
        float[][][] keys = normals(7 * KV_HEADS, 6);
        float[][][] values = normals(7 * KV_HEADS, 6);
        float[][] hidden = normal(3, HIDDEN);
        NDArray[] angles = angles(20, 21, 22);
        NDArray rows = matrix(hidden);
        long[] write = new long[3 * KV_HEADS];
        long[] lengths = new long[3 * KV_HEADS];
        for (int i = 0; i < write.length; i++) {
            int row = (1 + i / KV_HEADS * stride) * KV_HEADS + i % KV_HEADS;
            write[i] = row * 6L + held[i / KV_HEADS];
            lengths[i] = held[i / KV_HEADS] + 1L;
        }
        NDArray queries = graph.call("decode")
                .with(rows)
                .with(angles[0])
                .with(angles[1])
                .withShared(list(layerNorms))
                .withShared(linears(EXACT))
                .with(cube(keys).reshape(7, KV_HEADS, 6, DIMENSION))
                .with(cube(values).reshape(7, KV_HEADS, 6, DIMENSION))
                .with(memory.create(write))
                .with(1)
                .with(memory.create(stride == 1 ? new long[0] : new long[] {1, 3, 5}))
                .with(window == 0 ? 0 : Math.max(0, 3 - window))
                .with(6)
                .with(memory.create(lengths, new Shape(3, KV_HEADS)))
                .with(window)
                .tensor(memory);
        for (int i = 0; i < 3; i++) {
            float[] x = ReferenceLayer.rmsNorm(hidden[i], layerNorms[0], EPSILON);
            float[][][] own = heads(x, layerNorms, 20 + i);
            assertThat(queries.get(i).toFloatArray()).containsExactly(flat(own[0]), within(TOLERANCE));
            float[][][] k = new float[KV_HEADS][][];
            float[][][] v = new float[KV_HEADS][][];
            for (int head = 0; head < KV_HEADS; head++) {
                int slotHead = (1 + i * stride) * KV_HEADS + head;
                k[head] = Arrays.copyOf(keys[slotHead], held[i] + 1);
                v[head] = Arrays.copyOf(values[slotHead], held[i] + 1);
                k[head][held[i]] = own[1][head];
                v[head][held[i]] = own[2][head];
            }
            float[][][] q =
                    Arrays.stream(own[0]).map(head -> new float[][] {head}).toArray(float[][][]::new);
            int last = held[i];
            float[] mixed = ReferenceAttention.mix(
                    ReferenceAttention.weights(q, k, (h, r, key) -> window == 0 || key > last - window), v);
            assertThat(rows.get(i).toFloatArray())
                    .containsExactly(finished(hidden[i], mixed, ReferenceLayer::multiply), within(1e-3f));
        }
    }

    @Test
    void keptKeysAndValuesMoveToTheFrontOfTheirSlot() {
        float[][][] keys = normals(KV_HEADS, 5);
        float[][][] values = normals(KV_HEADS, 5);
        NDArray arenaKeys = memory.zeros(new Shape(3, KV_HEADS, 4, DIMENSION));
        NDArray arenaValues = memory.zeros(new Shape(3, KV_HEADS, 4, DIMENSION));
        graph.call("gather")
                .with(cube(keys))
                .with(cube(values))
                .with(memory.create(new long[] {0, 2, 4, 1, 2, 3}, new Shape(KV_HEADS, 3)))
                .with(arenaKeys)
                .with(arenaValues)
                .with(1)
                .run();
        float[] empty = new float[DIMENSION];
        float[][] first = {keys[0][0], keys[0][2], keys[0][4], empty};
        float[][] second = {values[1][1], values[1][2], values[1][3], empty};
        assertThat(arenaKeys.get(1, 0).toFloatArray()).containsExactly(flat(first));
        assertThat(arenaValues.get(1, 1).toFloatArray()).containsExactly(flat(second));
        assertThat(arenaKeys.get(0).toFloatArray()).containsOnly(0f);
        assertThat(arenaKeys.get(2).toFloatArray()).containsOnly(0f);
    }

    @Test
    void logitsOfTheAskedRowsComeFromTheNormalisedHiddenState() {
        float[][] hidden = normal(4, HIDDEN);
        NDArray logits = graph.call("logits")
                .with(matrix(hidden))
                .with(2)
                .with(2)
                .with(memory.create(layerNorms[0]))
                .withShared(layer(EXACT, gate, new float[0]))
                .tensor(memory);
        for (int row = 0; row < 2; row++) {
            float[] x = ReferenceLayer.rmsNorm(hidden[2 + row], layerNorms[0], EPSILON);
            assertThat(logits.get(row).toFloatArray())
                    .containsExactly(ReferenceLayer.multiply(gate, x), within(TOLERANCE));
        }
    }

    @Test
    void theLastQueriesOfTwoBlocksAreKept() {
        float[][][] before = normals(HEADS, 2);
        float[][][] now = normals(HEADS, 3);
        NDArray last = graph.call("last_queries")
                .with(cube(before))
                .with(cube(now))
                .with(true)
                .with(4)
                .tensor(memory);
        assertThat(last.get(3).toFloatArray())
                .containsExactly(flat(new float[][] {before[3][1], now[3][0], now[3][1], now[3][2]}));
    }

    /** Queries, keys and values {@code [heads][d]} of one normalised row at a position. */
    private float[][][] heads(float[] x, float[][] norms, int position) {
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

    private float[] finished(float[] hidden, float[] mixed, BiFunction<float[][], float[], float[]> product) {
        float[] after = ReferenceLayer.add(hidden, product.apply(output, mixed));
        float[] x = ReferenceLayer.rmsNorm(after, layerNorms[3], EPSILON);
        float[] inner = ReferenceLayer.gated(product.apply(gate, x), product.apply(up, x));
        return ReferenceLayer.add(after, product.apply(down, inner));
    }

    private NDArray[] angles(int... positions) {
        return graph.call("rotary")
                .with(memory.create(FREQUENCIES))
                .with(DecoderModel.longs(memory, positions))
                .with(memory.create(new float[0]))
                .with(ScalarType.FLOAT32.code())
                .tensors(memory);
    }

    private IValue linears(LinearKind kind) {
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

    private IValue layer(LinearKind kind, float[][] weight, float[] bias) {
        return LinearLayers.layer(graph, memory, kind, weight, bias);
    }

    private IValue list(float[][] vectors) {
        return IValue.listFrom(
                Arrays.stream(vectors).map(v -> (PtNDArray) memory.create(v)).toArray(PtNDArray[]::new));
    }

    private NDArray matrix(float[][] rows) {
        return memory.create(flat(rows), new Shape(rows.length, rows[0].length));
    }

    private NDArray cube(float[][][] parts) {
        float[] all = new float[parts.length * parts[0].length * DIMENSION];
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(flat(parts[i]), 0, all, i * parts[0].length * DIMENSION, parts[0].length * DIMENSION);
        }
        return memory.create(all, new Shape(parts.length, parts[0].length, DIMENSION));
    }

    private float[][][] normals(int parts, int rows) {
        float[][][] numbers = new float[parts][][];
        Arrays.setAll(numbers, i -> normal(rows, DIMENSION));
        return numbers;
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

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    /** Row of mixed values {@code [heads, rows, d]}, its heads one after the other. */
    private static float[] rowOf(float[] mixed, int rows, int row) {
        float[] one = new float[HEADS * DIMENSION];
        for (int head = 0; head < HEADS; head++) {
            System.arraycopy(mixed, (head * rows + row) * DIMENSION, one, head * DIMENSION, DIMENSION);
        }
        return one;
    }
}
