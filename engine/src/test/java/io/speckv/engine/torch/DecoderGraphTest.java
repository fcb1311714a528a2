package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods of decoder.py, and layers.py, rope.py and slots.py through them, against plain Java. */
@Tag("numerics")
class DecoderGraphTest extends SmallLayer {
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
}
