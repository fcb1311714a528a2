package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.selection.cache.SparsePrefill;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** attention.py and observe.py against plain Java. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttentionGraphTest {
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int DIMENSION = 8;
    private static final float TOLERANCE = 1e-5f;

    private final Graph graph = Graph.load(
            "attention",
            GraphArchive.pack("AttentionProbe", Map.of(), "attention_probe.py", "attention.py", "observe.py"),
            DeviceName.CPU);
    private final NDManager memory = Devices.newManager(DeviceName.CPU);

    @AfterAll
    void close() {
        memory.close();
        graph.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void causalAttentionOfTheLastRowsEqualsPlainJava(int rows) {
        int tokens = 40;
        Case c = new Case(rows, tokens);
        float[] mixed = graph.call("causal")
                .with(c.q)
                .with(c.k)
                .with(c.v)
                .tensor(memory)
                .toFloatArray();
        double[][][] weights =
                ReferenceAttention.weights(c.queries, c.keys, (head, row, key) -> key <= tokens - rows + row);
        assertThat(mixed).containsExactly(ReferenceAttention.mix(weights, c.values), within(TOLERANCE));
    }

    @Test
    void aPromptSoLongThatBlocksOfRowsShrinkIsReadAsInFloat32() {
        int heads = 64; // 16 rows of as many heads over as many keys are 48 MB of scores
        int tokens = 13_000;
        Random random = new Random(7);
        NDArray q = normal(random, new Shape(heads, 40, DIMENSION)).mul(3);
        NDArray k = normal(random, new Shape(KV_HEADS, tokens, DIMENSION));
        NDArray v = normal(random, new Shape(KV_HEADS, tokens, DIMENSION));
        NDArray blocks = graph.call("causal_bf16").with(q).with(k).with(v).tensor(memory);
        NDArray whole = graph.call("causal").with(q).with(k).with(v).tensor(memory);
        NDArray error = blocks.sub(whole).abs();
        assertThat(whole.abs().mean().getFloat()).isGreaterThan(0.1f);
        // A logit of 12 is rounded by 0.03, and a weight by as much of itself.
        assertThat(error.max().getFloat()).isLessThan(0.1f);
        assertThat(error.mean().getFloat()).isLessThan(0.01f);
    }

    private NDArray normal(Random random, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return memory.create(values, shape);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 100})
    void verticalSlashAttentionSeesWhatItsRuleAllows(int rows) {
        int tokens = 300;
        Case c = new Case(rows, tokens);
        long[] verticals = {3, 70, 150, 0, 99, 201};
        SparsePrefill rule = new SparsePrefill(64, 3);
        float[] mixed = graph.call("vertical_slash")
                .with(c.q)
                .with(c.k)
                .with(c.v)
                .with(memory.create(verticals, new Shape(KV_HEADS, 3)))
                .with(64)
                .tensor(memory)
                .toFloatArray();
        double[][][] weights = ReferenceAttention.weights(c.queries, c.keys, (head, row, key) -> {
            int first = head / (HEADS / KV_HEADS) * 3;
            boolean vertical = Arrays.stream(verticals, first, first + 3).anyMatch(column -> column == key);
            return rule.allows(tokens - rows + row, key, vertical);
        });
        assertThat(mixed).containsExactly(ReferenceAttention.mix(weights, c.values), within(TOLERANCE));
    }

    /** Several tiles of rows, after keys of an earlier piece or not. */
    @ParameterizedTest
    @CsvSource({"300, 300, 70", "300, 310, 1", "150, 400, 257", "5, 200, 3"})
    void aWindowHidesAllButTheLastKeys(int rows, int tokens, int window) {
        Case c = new Case(rows, tokens);
        float[] mixed = graph.call("windowed")
                .with(c.q)
                .with(c.k)
                .with(c.v)
                .with(window)
                .tensor(memory)
                .toFloatArray();
        double[][][] weights = ReferenceAttention.weights(c.queries, c.keys, (head, row, key) -> {
            int place = tokens - rows + row;
            return key <= place && key > place - window;
        });
        assertThat(mixed).containsExactly(ReferenceAttention.mix(weights, c.values), within(TOLERANCE));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, false, 0", "0, 1, false, 9", "1, 1, false, 0", "1, 0, true, 30", "0, 0, true, 99"})
    void observedScoresAreReducedAttentionWhateverTheBlocks(
            int overQueries, int overHeads, boolean shared, int window) {
        int tokens = 50;
        int rows = 9;
        int candidates = 44;
        Case c = new Case(rows, tokens);
        float[] ramp = new float[rows];
        for (int i = 0; i < rows; i++) {
            ramp[i] = i / (rows - 1f);
        }
        double[][][] weights = ReferenceAttention.weights(c.queries, c.keys, (head, row, key) -> {
            int place = tokens - rows + row;
            return key <= place && (window == 0 || key > place - window);
        });
        float[] expected = reduce(weights, ramp, candidates, overQueries, overHeads, shared);
        for (int block : new int[] {1, 4, 256}) {
            float[] scores = graph.call("scores")
                    .with(c.q)
                    .with(c.k)
                    .with(tokens - rows)
                    .with(candidates)
                    .with(memory.create(ramp))
                    .with(overQueries)
                    .with(overHeads)
                    .with(shared)
                    .with(1)
                    .with(block)
                    .with(window)
                    .tensor(memory)
                    .toFloatArray();
            assertThat(scores).containsExactly(expected, within(TOLERANCE));
        }
    }

    @Test
    void everyQueryOfAPassCanBeObserved() {
        int tokens = 30;
        Case c = new Case(tokens, tokens);
        double[][][] weights = ReferenceAttention.weights(c.queries, c.keys, (head, row, key) -> key <= row);
        float[] ones = new float[tokens];
        Arrays.fill(ones, 1);
        float[] scores = graph.call("scores")
                .with(c.q)
                .with(c.k)
                .with(0)
                .with(tokens)
                .with(memory.create(new float[0]))
                .with(1)
                .with(1)
                .with(false)
                .with(1)
                .with(7)
                .with(0)
                .tensor(memory)
                .toFloatArray();
        assertThat(scores).containsExactly(reduce(weights, ones, tokens, 1, 1, false), within(1e-4f));
    }

    private static float[] reduce(
            double[][][] weights, float[] ramp, int candidates, int overQueries, int overHeads, boolean shared) {
        int group = HEADS / KV_HEADS;
        int outputs = shared ? 1 : KV_HEADS;
        float[] reduced = new float[outputs * candidates];
        for (int head = 0; head < HEADS; head++) {
            int output = shared ? 0 : head / group;
            for (int key = 0; key < candidates; key++) {
                double seen = 0;
                for (int row = 0; row < ramp.length; row++) {
                    double weight = weights[head][row][key] * ramp[row];
                    seen = overQueries == 0 ? Math.max(seen, weight) : seen + weight;
                }
                int at = output * candidates + key;
                reduced[at] = (float) (overHeads == 0 ? Math.max(reduced[at], seen) : reduced[at] + seen);
            }
        }
        return reduced;
    }

    private final class Case {
        final float[][][] queries;
        final float[][][] keys;
        final float[][][] values;
        final NDArray q;
        final NDArray k;
        final NDArray v;

        Case(int rows, int tokens) {
            Random random = new Random(rows * 1000L + tokens);
            queries = normal(random, HEADS, rows);
            keys = normal(random, KV_HEADS, tokens);
            values = normal(random, KV_HEADS, tokens);
            q = tensor(queries);
            k = tensor(keys);
            v = tensor(values);
        }

        private static float[][][] normal(Random random, int heads, int rows) {
            float[][][] numbers = new float[heads][rows][DIMENSION];
            for (float[][] head : numbers) {
                for (float[] row : head) {
                    for (int i = 0; i < DIMENSION; i++) {
                        row[i] = (float) random.nextGaussian();
                    }
                }
            }
            return numbers;
        }

        private NDArray tensor(float[][][] numbers) {
            float[] flat = new float[numbers.length * numbers[0].length * DIMENSION];
            int at = 0;
            for (float[][] head : numbers) {
                for (float[] row : head) {
                    System.arraycopy(row, 0, flat, at, DIMENSION);
                    at += DIMENSION;
                }
            }
            return memory.create(flat, new Shape(numbers.length, numbers[0].length, DIMENSION));
        }
    }
}
