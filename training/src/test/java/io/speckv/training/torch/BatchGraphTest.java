package io.speckv.training.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.Devices;
import io.speckv.engine.torch.Graph;
import io.speckv.engine.torch.ScalarType;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The graph with a golden checkpoint's weights. */
class BatchGraphTest {
    private final ModelShape shape = GoldenTraining.shape(GoldenTraining.TARGET);
    private final NDManager memory = Devices.newManager(DeviceName.CPU);
    private final Graph graph =
            Graph.load("training", TrainingGraph.archive(shape, ScalarType.FLOAT32), DeviceName.CPU);
    private final BatchGraph batches = new BatchGraph(shape, graph, weights(shape, memory), memory);

    /** Returns the checkpoint's tensors in the order of the layout. */
    static NDArray[] weights(ModelShape shape, NDManager memory) {
        Map<String, float[]> values = GoldenTraining.weights(GoldenTraining.TARGET);
        return WeightLayout.of(shape).entrySet().stream()
                .map(entry -> memory.create(GoldenTraining.values(values, entry.getKey()), new Shape(entry.getValue())))
                .toArray(NDArray[]::new);
    }

    @AfterEach
    void close() {
        memory.close();
        graph.close();
    }

    private float[] logits(WeightedTokens batch) {
        try (NDManager scope = memory.newSubManager()) {
            return batches.score(batch, scope.create(batch.places()), scope).toFloatArray();
        }
    }

    @Test
    void scoresEveryPlaceAgainstTheWholeVocabulary() {
        WeightedTokens batch = GoldenTraining.weighted(3, 24);
        try (NDManager scope = memory.newSubManager()) {
            NDArray scores = batches.score(batch, scope.create(batch.places()), scope);
            assertThat(scores.getShape()).isEqualTo(new Shape(batch.places().length, shape.vocabSize()));
            assertThat(scores.getManager()).as("whose scope frees it").isSameAs(scope);
        }
    }

    @Test
    void predictsTheTokenOfTheHighestScore() {
        WeightedTokens batch = GoldenTraining.weighted(3, 24);
        float[] logits = logits(batch);
        long[] best = new long[batch.places().length];
        for (int i = 0; i < best.length; i++) {
            for (int token = 0; token < shape.vocabSize(); token++) {
                boolean higher = logits[i * shape.vocabSize() + token] > logits[i * shape.vocabSize() + (int) best[i]];
                best[i] = higher ? token : best[i];
            }
        }
        try (NDManager scope = memory.newSubManager()) {
            assertThat(batches.predict(batch, scope).toLongArray()).containsExactly(best);
        }
    }

    @Test
    void aSequencesScoresDoNotDependOnThoseBesideIt() {
        int[][] tokens = GoldenTraining.tokens(3, 24);
        float[] together = logits(WeightedTokens.from(tokens, 1));
        float[] alone = logits(WeightedTokens.from(new int[][] {tokens[1]}, 1));
        for (int i = 0; i < alone.length; i++) {
            assertThat(together[alone.length + i]).isCloseTo(alone[i], within(1e-4f));
        }
    }

    @Test
    void aPlacesScoresDoNotDependOnTheTokensBehindIt() {
        int[][] tokens = GoldenTraining.tokens(1, 24);
        int[][] changed = {tokens[0].clone()};
        changed[0][23] = (changed[0][23] + 1) % shape.vocabSize();
        float[] before = logits(WeightedTokens.from(tokens, 1));
        assertThat(logits(WeightedTokens.from(changed, 1))).containsExactly(before, within(1e-5f));
    }

    @Test
    void aLossIsTheMeanByShares() {
        WeightedTokens batch = GoldenTraining.weighted(2, 24);
        float[] logits = logits(batch);
        double expected = 0;
        for (int i = 0; i < batch.places().length; i++) {
            int row = i * shape.vocabSize();
            double sum = 0;
            for (int token = 0; token < shape.vocabSize(); token++) {
                sum += Math.exp(logits[row + token]);
            }
            expected += batch.shares()[i] * (Math.log(sum) - logits[row + (int) batch.expected()[i]]);
        }
        try (NDManager scope = memory.newSubManager()) {
            NDArray loss = batches.loss(
                    "cross_entropy", batch, scope.create(batch.places()), scope.create(batch.expected()), scope);
            assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-4));
        }
    }
}
