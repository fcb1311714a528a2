package io.speckv.training.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.DeviceName;
import io.speckv.engine.NonFiniteException;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.Devices;
import io.speckv.engine.torch.Graph;
import io.speckv.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a golden checkpoint, over four sequences of twelve predicted tokens each. */
class LossInPartsTest {
    private static final int PREDICTED = 12;

    private final ModelShape shape = GoldenTraining.shape(GoldenTraining.TARGET);
    private final NDManager memory = Devices.newManager(DeviceName.CPU);
    private final Graph graph =
            Graph.load("training", TrainingGraph.archive(shape, ScalarType.FLOAT32), DeviceName.CPU);
    private final NDArray[] weights = BatchGraphTest.weights(shape, memory);
    private final BatchGraph student = new BatchGraph(shape, graph, weights, memory);
    private final WeightedTokens batch = GoldenTraining.weighted(4, 24);
    private final List<Integer> asked = new ArrayList<>();

    LossInPartsTest() {
        for (NDArray weight : weights) {
            weight.setRequiresGradient(true);
        }
    }

    @AfterEach
    void close() {
        memory.close();
        graph.close();
    }

    /** @param most places at once */
    private double loss(long most) {
        asked.clear();
        return new LossInParts(student, memory, most * shape.vocabSize())
                .differentiate("cross_entropy", batch, (part, places, scope) -> {
                    asked.add(part.tokens().length);
                    assertThat(places.toLongArray()).isEqualTo(part.places());
                    return scope.create(part.expected());
                });
    }

    /** Returns the gradient of the last tensor, which each call adds to, and clears it. */
    private float[] gradient() {
        try (NDArray gradient = weights[weights.length - 1].getGradient()) {
            float[] values = gradient.toFloatArray();
            gradient.subi(gradient.duplicate());
            return values;
        }
    }

    @ParameterizedTest
    @CsvSource({"48, 4", "1000, 4", "47, 3+1", "24, 2+2", "23, 1+1+1+1", "12, 1+1+1+1", "1, 1+1+1+1"})
    void takesAsManySequencesAtOnceAsTheLogitsAllow(long most, String sequences) {
        double loss = loss(most);
        assertThat(asked)
                .isEqualTo(Arrays.stream(sequences.split("\\+"))
                        .map(Integer::valueOf)
                        .toList());
        assertThat(loss).isCloseTo(loss(4 * PREDICTED), within(1e-5));
    }

    @Test
    void theGradientIsThatOfTheWhole() {
        loss(4 * PREDICTED);
        float[] whole = gradient();
        assertThat(whole).isNotEqualTo(new float[whole.length]);
        loss(1);
        assertThat(gradient()).containsExactly(whole, within(1e-5f));
    }

    @Test
    void fewerLogitsThanOnePlaceHasMeansOneSequenceAtATime() {
        LossInParts least = new LossInParts(student, memory, 1);
        assertThat(least.differentiate("cross_entropy", batch, (part, places, scope) -> {
                    asked.add(part.tokens().length);
                    return scope.create(part.expected());
                }))
                .isPositive();
        assertThat(asked).containsExactly(1, 1, 1, 1);
    }

    @Test
    void aLossThatIsNoNumberIsRefused() {
        weights[0].setRequiresGradient(false);
        weights[0].muli(Float.NaN);
        weights[0].setRequiresGradient(true);
        assertThatThrownBy(() -> loss(4 * PREDICTED)).isInstanceOf(NonFiniteException.class);
    }
}
