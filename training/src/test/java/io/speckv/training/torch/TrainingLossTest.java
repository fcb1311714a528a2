package io.speckv.training.torch;

import static io.speckv.training.torch.GoldenTraining.DRAFT;
import static io.speckv.training.torch.GoldenTraining.SETTINGS;
import static io.speckv.training.torch.GoldenTraining.TARGET;
import static io.speckv.training.torch.GoldenTraining.open;
import static io.speckv.training.torch.GoldenTraining.shape;
import static io.speckv.training.torch.GoldenTraining.tokens;
import static io.speckv.training.torch.GoldenTraining.values;
import static io.speckv.training.torch.GoldenTraining.weighted;
import static io.speckv.training.torch.GoldenTraining.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and their gradients, of golden checkpoints of Qwen2 in float32. */
class TrainingLossTest {
    private static final String MATRIX = "model.layers.1.mlp.down_proj.weight";

    @Test
    void whatIsTakenInPartsHasTheGradientOfTheWhole() {
        WeightedTokens batch = weighted(4, 24);
        try (TrainingGraph whole = open(TARGET);
                TrainingGraph parts = inParts(TARGET)) {
            assertThat(parts.learn(batch)).isCloseTo(whole.learn(batch), within(1e-5));
            assertThat(parts.gradient(MATRIX)).containsExactly(whole.gradient(MATRIX), within(1e-6f));
            assertThat(parts.gradient(MATRIX)).isNotEqualTo(whole.gradient(MATRIX));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Divergence.class,
            names = {"KL", "TOTAL_VARIATION"})
    void soHasImitation(Divergence divergence) {
        WeightedTokens batch = weighted(4, 24);
        try (TrainingGraph teacher = open(TARGET);
                TrainingGraph whole = open(DRAFT);
                TrainingGraph parts = inParts(DRAFT)) {
            assertThat(parts.imitate(batch, teacher, divergence))
                    .isCloseTo(whole.imitate(batch, teacher, divergence), within(1e-5));
            assertThat(parts.gradient(MATRIX)).containsExactly(whole.gradient(MATRIX), within(1e-6f));
        }
    }

    @Test
    void theReducedVariationScalesEachPartOnItsOwn() {
        WeightedTokens batch = weighted(4, 24);
        try (TrainingGraph teacher = open(TARGET);
                TrainingGraph parts = inParts(DRAFT);
                TrainingGraph whole = open(DRAFT);
                TrainingGraph alone = open(DRAFT)) {
            parts.imitate(batch, teacher, Divergence.TOTAL_VARIATION_REDUCED);
            whole.imitate(batch, teacher, Divergence.TOTAL_VARIATION_REDUCED);
            // All sequences weigh alike, so the gradient of the parts is the mean of those that they have alone.
            for (WeightedTokens part : batch.parts(1)) {
                alone.imitate(part, teacher, Divergence.TOTAL_VARIATION_REDUCED);
            }
            float[] mean = alone.gradient(MATRIX);
            for (int i = 0; i < mean.length; i++) {
                mean[i] /= 4;
            }
            double length = Math.sqrt(dot(mean, mean));
            float rounding = (float) (1e-4 * length);
            assertThat(parts.gradient(MATRIX)).containsExactly(mean, within(rounding));
            assertThat(distance(parts.gradient(MATRIX), whole.gradient(MATRIX)))
                    .as("of a length of " + length)
                    .isGreaterThan(100 * rounding);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.embed_tokens.weight",
                "model.layers.0.self_attn.q_proj.bias",
                "model.layers.0.self_attn.k_proj.weight",
                "model.layers.1.self_attn.v_proj.weight",
                "model.layers.1.mlp.down_proj.weight",
                "model.norm.weight"
            })
    void gradientsEqualFiniteDifferences(String name) {
        WeightedTokens batch = weighted(2, 24);
        Map<String, float[]> weights = weights(TARGET);
        float[] gradient;
        try (TrainingGraph graph = open(TARGET, weights)) {
            graph.learn(batch);
            gradient = graph.gradient(name);
        }
        // Along the gradient itself the difference is largest against float32's rounding.
        double length = Math.sqrt(dot(gradient, gradient));
        double step = 2e-3;
        double measured = (loss(moved(weights, name, gradient, step / length), batch)
                        - loss(moved(weights, name, gradient, -step / length), batch))
                / (2 * step);
        assertThat(length).isPositive();
        assertThat(measured).isCloseTo(length, within(0.02 * length + 1e-4));
    }

    @Test
    void tokensWithoutWeightDoNotCount() {
        int[][] tokens = tokens(1, 16);
        float[][] weights = new float[1][16];
        weights[0][5] = 0.25f;
        int[][] other = {tokens[0].clone()};
        other[0][9]++;
        try (TrainingGraph graph = open(TARGET)) {
            assertThat(graph.learn(new WeightedTokens(other, weights)))
                    .isCloseTo(graph.learn(new WeightedTokens(tokens, weights)), within(1e-6));
        }
    }

    @Test
    void lossIsTheWeightedMeanOfTheLogProbabilities() {
        WeightedTokens batch = weighted(2, 24);
        try (TrainingGraph graph = open(TARGET)) {
            float[] logits = graph.logits(batch);
            int vocabulary = graph.shape().vocabSize();
            double expected = 0;
            for (int i = 0; i < batch.expected().length; i++) {
                double sum = 0;
                for (int j = 0; j < vocabulary; j++) {
                    sum += Math.exp(logits[i * vocabulary + j]);
                }
                expected += batch.shares()[i] * (Math.log(sum) - logits[i * vocabulary + (int) batch.expected()[i]]);
            }
            assertThat(graph.learn(batch)).isCloseTo(expected, within(1e-4));
        }
    }

    /**
     * After 100 updates and not fewer: a total variation near its largest has so small a gradient that Adam, which divides
     * by it, takes steps of full size in directions that rounding decides. Students whose weights differ in the sixth digit
     * are anywhere between 0.83 and 0.89 after 40 updates, and between 0.66 and 0.77 after 100.
     */
    @ParameterizedTest
    @EnumSource(Divergence.class)
    void imitationMovesTheStudentTowardsItsTeacher(Divergence divergence) {
        WeightedTokens batch = WeightedTokens.from(tokens(2, 24), 1);
        try (TrainingGraph teacher = open(TARGET);
                TrainingGraph student = open(DRAFT)) {
            double before = student.imitate(batch, teacher, Divergence.TOTAL_VARIATION);
            student.update(SETTINGS.withRate(0));
            for (int i = 0; i < 100; i++) {
                student.imitate(batch, teacher, divergence);
                student.update(SETTINGS);
            }
            assertThat(student.imitate(batch, teacher, Divergence.TOTAL_VARIATION))
                    .isLessThan(0.8 * before);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Divergence.class,
            names = {"KL", "TOTAL_VARIATION"})
    void gradientsOfImitationEqualFiniteDifferences(Divergence divergence) {
        String name = "model.norm.weight";
        WeightedTokens batch = WeightedTokens.from(tokens(2, 24), 1);
        Map<String, float[]> weights = weights(DRAFT);
        try (TrainingGraph teacher = open(TARGET);
                TrainingGraph student = open(DRAFT, weights)) {
            student.imitate(batch, teacher, divergence);
            float[] gradient = student.gradient(name);
            double length = Math.sqrt(dot(gradient, gradient));
            double step = 2e-3;
            double measured = (divergence(moved(weights, name, gradient, step / length), teacher, batch, divergence)
                            - divergence(moved(weights, name, gradient, -step / length), teacher, batch, divergence))
                    / (2 * step);
            assertThat(length).isPositive();
            assertThat(measured).isCloseTo(length, within(0.03 * length + 1e-4));
        }
    }

    private static double loss(Map<String, float[]> weights, WeightedTokens batch) {
        try (TrainingGraph graph = open(TARGET, weights)) {
            return graph.learn(batch);
        }
    }

    private static double divergence(
            Map<String, float[]> student, TrainingGraph teacher, WeightedTokens batch, Divergence divergence) {
        try (TrainingGraph graph = open(DRAFT, student)) {
            return graph.imitate(batch, teacher, divergence);
        }
    }

    private static Map<String, float[]> moved(
            Map<String, float[]> weights, String name, float[] direction, double distance) {
        Map<String, float[]> moved = new LinkedHashMap<>(weights);
        float[] values = values(weights, name).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (distance * direction[i]);
        }
        moved.put(name, values);
        return moved;
    }

    private static TrainingGraph inParts(Path folder) {
        return TrainingGraph.openInParts(
                shape(folder), DeviceName.CPU, Precision.FP32, TrainingState.fresh(weights(folder)), 1);
    }

    private static double distance(float[] a, float[] b) {
        float[] apart = a.clone();
        for (int i = 0; i < apart.length; i++) {
            apart[i] -= b[i];
        }
        return Math.sqrt(dot(apart, apart));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
