package io.speckv.evals.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Correlations of two rows of numbers, -1 to 1; not a number if one row is constant. */
public final class Correlation {
    private Correlation() {}

    /** Returns Pearson's r: how well one row is a linear function of the other. */
    public static double pearson(double[] left, double[] right) {
        check(left, right);
        double leftMean = Arrays.stream(left).average().orElseThrow();
        double rightMean = Arrays.stream(right).average().orElseThrow();
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.length; i++) {
            double a = left[i] - leftMean;
            double b = right[i] - rightMean;
            product += a * b;
            leftSquares += a * a;
            rightSquares += b * b;
        }
        return product / Math.sqrt(leftSquares * rightSquares);
    }

    /** Returns Spearman's rho: Pearson's r of the ranks. Equal values share their mean rank. */
    public static double spearman(double[] left, double[] right) {
        check(left, right);
        return pearson(ranks(left), ranks(right));
    }

    private static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length; ) {
            int to = from + 1;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    private static void check(double[] left, double[] right) {
        if (left.length != right.length || left.length < 2) {
            throw new IllegalArgumentException("a correlation needs two rows of the same length of at least 2, was "
                    + left.length + " and " + right.length);
        }
    }
}
