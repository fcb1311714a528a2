package io.speckv.evals.longbench;

/**
 * The {@code fuzz.ratio} of two strings as LongBench's code tasks use it.
 *
 * <p>{@code 100 (lengths - distance) / lengths} rounded to a whole percent, where replacing a character costs two, as
 * python-Levenshtein counts it.
 */
final class EditSimilarity {
    private EditSimilarity() {}

    /** Returns 0 for nothing in common to 100 for equal; 0 if one is empty and the other is not, as fuzzywuzzy says. */
    static int percent(String left, String right) {
        if (left.equals(right)) {
            return 100;
        }
        if (left.isEmpty() || right.isEmpty()) {
            return 0;
        }
        // Characters are code points to Python.
        int[] first = left.codePoints().toArray();
        int[] second = right.codePoints().toArray();
        int lengths = first.length + second.length;
        double ratio = (double) (lengths - distance(first, second)) / lengths;
        // Python rounds halves to the even neighbour, and where the ratio's rounding comes just below one, goes down.
        return (int) Math.rint(100 * ratio);
    }

    private static int distance(int[] left, int[] right) {
        int[] above = new int[right.length + 1];
        for (int j = 0; j <= right.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= left.length; i++) {
            int[] row = new int[right.length + 1];
            row[0] = i;
            for (int j = 1; j <= right.length; j++) {
                int replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 2);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[right.length];
    }
}
