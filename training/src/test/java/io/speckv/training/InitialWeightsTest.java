package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialWeightsTest {
    private static final ModelShape SHAPE = settings(2).shape(300);

    static TrainingSettings settings(int kvHeads) {
        return new TrainingSettings(
                1,
                2,
                64,
                96,
                4,
                kvHeads,
                16,
                100_000,
                512,
                List.of(64, 128),
                0,
                1_000_000,
                256,
                1e-3,
                10,
                0.3,
                0.1,
                0.9,
                0.9,
                0.5,
                RecallSettings.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "0, 2, 2", "0, 3, 3", "1, 1, 1"})
    void biasesOfAHeadScoreHighestAtItsDistance(int layer, int head, int distance) {
        Map<String, float[]> weights = InitialWeights.of(SHAPE, 1);
        String attention = "model.layers." + layer + ".self_attn.";
        float[] query = part(weights, attention + "q_proj.bias", head);
        float[] key = part(weights, attention + "k_proj.bias", head / SHAPE.group());
        int best = 0;
        for (int back = 0; back < 40; back++) {
            best = score(query, key, back) > score(query, key, best) ? back : best;
        }
        assertThat(best).isEqualTo(distance);
        assertThat(score(query, key, distance) - score(query, key, distance + 1))
                .isGreaterThan(2);
    }

    @ParameterizedTest
    @CsvSource({"model.embed_tokens.weight, 64", "model.layers.1.mlp.down_proj.weight, 96"})
    void matricesHaveTheDeviationOfTheirFanIn(String name, int fanIn) {
        float[] values = Objects.requireNonNull(InitialWeights.of(SHAPE, 1).get(name));
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        assertThat(Math.sqrt(squares / values.length * fanIn)).isCloseTo(1, within(0.05));
    }

    private static float[] part(Map<String, float[]> weights, String name, int head) {
        float[] all = Objects.requireNonNull(weights.get(name));
        return Arrays.copyOfRange(all, head * 16, head * 16 + 16);
    }

    /** Attention score of rotated biases, the key {@code back} positions before the query. */
    private static double score(float[] query, float[] key, int back) {
        float[] frequencies = SHAPE.rope().inverseFrequencies(16, 1);
        double score = 0;
        for (int i = 0; i < 8; i++) {
            double cos = Math.cos(back * frequencies[i]);
            double sin = Math.sin(back * frequencies[i]);
            double first = query[i] * cos - query[i + 8] * sin;
            double second = query[i] * sin + query[i + 8] * cos;
            score += first * key[i] + second * key[i + 8];
        }
        return score / 4;
    }
}
