package io.speckv.evals.ruler;

import java.util.function.IntPredicate;

/** Finds the largest value that fits, with few questions if the guess is good. */
final class LargestFit {
    private LargestFit() {}

    /**
     * Returns the largest value, at least {@code least}, for which {@code fits} is true, or {@code least - 1} if not even
     * {@code least} fits. The result always fits; it is the largest such value if {@code fits} turns from true to false only
     * once.
     */
    static int find(int least, int guess, IntPredicate fits) {
        int known = least - 1;
        int tooLarge = Integer.MAX_VALUE;
        int tried = Math.max(least, guess);
        for (int step = 1; tooLarge == Integer.MAX_VALUE || known < least; step *= 2) {
            if (fits.test(tried)) {
                known = tried;
                if (tooLarge < Integer.MAX_VALUE) {
                    break;
                }
                tried += step;
            } else {
                tooLarge = tried;
                if (tried == least) {
                    return least - 1;
                }
                if (known >= least) {
                    break;
                }
                tried = Math.max(least, tried - step);
            }
        }
        while (tooLarge - known > 1) {
            int middle = known + (tooLarge - known) / 2;
            if (fits.test(middle)) {
                known = middle;
            } else {
                tooLarge = middle;
            }
        }
        return known;
    }
}
