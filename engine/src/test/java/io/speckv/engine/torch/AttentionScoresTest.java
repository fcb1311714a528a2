package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.NonFiniteException;
import io.speckv.engine.Precision;
import io.speckv.selection.Reduction;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of 30 keys by the last 5 of 40 tokens, against plain Java. AttentionGraphTest holds the graph's part alone. */
class AttentionScoresTest {
    private static final int TOKENS = 40;
    private static final int ROWS = 5;
    private static final int CANDIDATES = 30;
    private static final DecoderModel MODEL =
            DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    private static final int HEADS = MODEL.shape().heads();
    private static final int GROUP = MODEL.shape().group();

    @AfterAll
    static void close() {
        MODEL.close();
    }

    @ParameterizedTest
    @CsvSource({
        "MAX, MAX, false, 0",
        "SUM, SUM, false, 0",
        "MEAN, SUM, false, 0",
        "SUM, MEAN, false, 0",
        "MEAN, MEAN, false, 12",
        "MAX, MEAN, true, 0",
        "MEAN, MAX, true, 0",
        "MEAN, MEAN, true, 3"
    })
    void everyReductionIsThatOfPlainNumbers(Reduction overQueries, Reduction overHeads, boolean shared, int window) {
        try (NDManager scope = MODEL.newScope()) {
            Random random = new Random(window);
            HeadNumbers queries =
                    HeadNumbers.normal(scope, random, HEADS, ROWS, MODEL.shape().headDim());
            HeadNumbers keys = HeadNumbers.normal(
                    scope, random, HEADS / GROUP, TOKENS, MODEL.shape().headDim());
            double[][][] weights = ReferenceAttention.weights(queries.numbers(), keys.numbers(), (head, row, key) -> {
                int place = TOKENS - ROWS + row;
                return key <= place && (window == 0 || key > place - window);
            });

            float[] scores = AttentionScores.of(
                    MODEL,
                    scope,
                    queries.tensor(),
                    keys.tensor(),
                    window,
                    TOKENS - ROWS,
                    CANDIDATES,
                    new float[0],
                    new AttentionScores.Reductions(overQueries, overHeads, shared, 1));

            int outputs = shared ? 1 : HEADS / GROUP;
            int heads = HEADS / outputs;
            assertThat(scores).hasSize(outputs * CANDIDATES);
            for (int output = 0; output < outputs; output++) {
                for (int key = 0; key < CANDIDATES; key++) {
                    float ofHeads = overHeads.identity();
                    for (int head = output * heads; head < (output + 1) * heads; head++) {
                        float ofQueries = overQueries.identity();
                        for (int row = 0; row < ROWS; row++) {
                            ofQueries = overQueries.combine(ofQueries, (float) weights[head][row][key]);
                        }
                        ofHeads = overHeads.combine(ofHeads, overQueries.finish(ofQueries, ROWS));
                    }
                    assertThat(scores[output * CANDIDATES + key])
                            .as("output %d, key %d", output, key)
                            .isCloseTo(overHeads.finish(ofHeads, heads), within(1e-5f));
                }
            }
        }
    }

    @Test
    void scoresThatAreNoNumbersAreRefused() {
        try (NDManager scope = MODEL.newScope()) {
            int dimension = MODEL.shape().headDim();
            assertThatThrownBy(() -> AttentionScores.of(
                            MODEL,
                            scope,
                            scope.ones(new Shape(HEADS, ROWS, dimension)).mul(Float.NaN),
                            scope.ones(new Shape(HEADS / GROUP, TOKENS, dimension)),
                            0,
                            TOKENS - ROWS,
                            CANDIDATES,
                            new float[0],
                            new AttentionScores.Reductions(Reduction.SUM, Reduction.SUM, true, 1)))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageContaining("attention scores");
        }
    }
}
