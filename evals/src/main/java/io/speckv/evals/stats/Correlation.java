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

    /**
     * Returns Kendall's tau-b: ordered minus disordered pairs, divided by all pairs, corrected for ties.
     *
     * <p>Takes {@code O(n log n)} time by Knight's method, and so suits long prompts.
     */
    public static double kendall(double[] left, double[] right) {
        check(left, right);
        int n = left.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                // Adding 0 makes the two zeros one, which the comparison would tell apart and the counts do not.
                .sorted(Comparator.<Integer>comparingDouble(i -> left[i] + 0.0)
                        .thenComparingDouble(i -> right[i] + 0.0))
                .mapToInt(Integer::intValue)
                .toArray();
        long leftTies = 0;
        long bothTies = 0;
        long leftRun = 1;
        long bothRun = 1;
        for (int i = 1; i <= n; i++) {
            boolean sameLeft = i < n && left[order[i]] == left[order[i - 1]];
            boolean sameBoth = sameLeft && right[order[i]] == right[order[i - 1]];
            leftTies += sameLeft ? 0 : pairs(leftRun);
            bothTies += sameBoth ? 0 : pairs(bothRun);
            leftRun = sameLeft ? leftRun + 1 : 1;
            bothRun = sameBoth ? bothRun + 1 : 1;
        }
        double[] byLeft = IntStream.of(order).mapToDouble(i -> right[i]).toArray();
        long swaps = sortCountingSwaps(byLeft, new double[n], 0, n);
        long rightTies = 0;
        long run = 1;
        for (int i = 1; i <= n; i++) {
            boolean same = i < n && byLeft[i] == byLeft[i - 1];
            rightTies += same ? 0 : pairs(run);
            run = same ? run + 1 : 1;
        }
        long all = pairs(n);
        double untied = Math.sqrt((double) (all - leftTies)) * Math.sqrt((double) (all - rightTies));
        return (all - leftTies - rightTies + bothTies - 2.0 * swaps) / untied;
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

    private static long pairs(long count) {
        return count * (count - 1) / 2;
    }

    private static long sortCountingSwaps(double[] values, double[] spare, int from, int to) {
        if (to - from < 2) {
            return 0;
        }
        int middle = (from + to) >>> 1;
        long swaps = sortCountingSwaps(values, spare, from, middle) + sortCountingSwaps(values, spare, middle, to);
        int low = from;
        int high = middle;
        for (int i = from; i < to; i++) {
            if (low < middle && (high >= to || values[low] <= values[high])) {
                spare[i] = values[low++];
            } else {
                swaps += middle - low;
                spare[i] = values[high++];
            }
        }
        System.arraycopy(spare, from, values, from, to - from);
        return swaps;
    }

    private static void check(double[] left, double[] right) {
        if (left.length != right.length || left.length < 2) {
            throw new IllegalArgumentException("a correlation needs two rows of the same length of at least 2, was "
                    + left.length + " and " + right.length);
        }
    }
}
