package io.speckv.router.run;

/**
 * How far an answer agrees with the full cache's answer to the same request. Both are greedy or use one seed.
 *
 * @param firstDifference number of equal tokens before the first difference or the end of the shorter answer
 * @param rougeL F measure of the longest common subsequence of tokens, 0 to 1
 * @param exact whether all tokens are the same
 */
record ShadowAgreement(int firstDifference, double rougeL, boolean exact) {
    /** Returns the agreement of two answers in token ids of one vocabulary; two empty ones agree exactly. */
    static ShadowAgreement of(int[] answer, int[] full) {
        int shorter = Math.min(answer.length, full.length);
        int same = 0;
        while (same < shorter && answer[same] == full[same]) {
            same++;
        }
        boolean exact = same == answer.length && same == full.length;
        int both = answer.length + full.length;
        double rougeL = both == 0 ? 1 : 2.0 * longestCommonSubsequence(answer, full, same) / both;
        return new ShadowAgreement(same, rougeL, exact);
    }

    /** Returns the length of the longest common subsequence; the first {@code same} tokens of both are known to be equal. */
    private static int longestCommonSubsequence(int[] left, int[] right, int same) {
        int[] row = new int[right.length - same + 1];
        for (int i = same; i < left.length; i++) {
            int diagonal = 0;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                row[j] = left[i] == right[same + j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return same + row[row.length - 1];
    }
}
