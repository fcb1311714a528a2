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

    private static int order(double left, double right) {
        return left < right ? -1 : left > right ? 1 : 0;
    }

    @Test
    void kendallsTauIsTheCountOfPairs() {
        Random random = new Random(1);
        for (int run = 0; run < 500; run++) {
            int length = 2 + random.nextInt(12);
            double[] left = drawn(random, length);
            double[] right = drawn(random, length);
            double agreeing = 0;
            double leftUntied = 0;
            double rightUntied = 0;
            for (int i = 0; i < length; i++) {
                for (int j = i + 1; j < length; j++) {
                    agreeing += order(left[i], left[j]) * order(right[i], right[j]);
                    leftUntied += Math.abs(order(left[i], left[j]));
                    rightUntied += Math.abs(order(right[i], right[j]));
                }
            }
            double found = Correlation.kendall(left, right);
            if (leftUntied == 0 || rightUntied == 0) {
                assertThat(found).isNaN();
            } else {
                assertThat(found)
                        .as("%s and %s", Arrays.toString(left), Arrays.toString(right))
                        .isCloseTo(agreeing / Math.sqrt(leftUntied * rightUntied), within(1e-12));
            }
        }
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
