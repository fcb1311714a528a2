package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rank correlations and the highest scores against the plain counts of their definitions, with many ties and zeros of both signs. */
class RankingTest {
    private static final double[] VALUES = {0.0, -0.0, 1, 1, 2, -1, -1e300, 1e-300};

    private static double[] drawn(Random random, int length) {
        return random.ints(length, 0, VALUES.length).mapToDouble(i -> VALUES[i]).toArray();
    }

    @Test
    void spearmansRhoIsPearsonsOfMeanRanks() {
        Random random = new Random(2);
        for (int run = 0; run < 300; run++) {
            double[] left = drawn(random, 9);
            double[] right = drawn(random, 9);
            double expected = Correlation.pearson(ranks(left), ranks(right));
            double found = Correlation.spearman(left, right);
            if (Double.isNaN(expected)) {
                assertThat(found).isNaN();
            } else {
                assertThat(found).isCloseTo(expected, within(1e-12));
            }
        }
    }

    private static double[] ranks(double[] values) {
        return Arrays.stream(values)
                .map(value -> Arrays.stream(values)
                                .filter(other -> other < value)
                                .count()
                        + Arrays.stream(values).filter(other -> other == value).count() / 2.0)
                .toArray();
    }

    @Test
    void theTopIsTakenOneByOneTheLowerPositionOfEqualScoresFirst() {
        Random random = new Random(3);
        for (int run = 0; run < 300; run++) {
            double[] scores = drawn(random, 1 + random.nextInt(12));
            int count = 1 + random.nextInt(scores.length);
            boolean[] taken = new boolean[scores.length];
            int[] expected = new int[count];
            for (int i = 0; i < count; i++) {
                int best = -1;
                for (int place = 0; place < scores.length; place++) {
                    if (!taken[place] && (best < 0 || scores[place] > scores[best])) {
                        best = place;
                    }
                }
                taken[best] = true;
                expected[i] = best;
            }
            assertThat(ScoreOverlap.top(scores, count))
                    .as(Arrays.toString(scores))
                    .isEqualTo(expected);
        }
    }
}
