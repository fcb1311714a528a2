package io.speckv.evals.longbench;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * ROUGE-L F of two texts, as the Python package {@code rouge} that LongBench uses computes it.
 *
 * <p>Sentences end at full stops, words at blanks, case counts. For every sentence of the reference the different words on
 * its longest common subsequences with the sentences of the prediction are united; the sizes of the unions over the
 * different words of both texts give recall and precision.
 */
final class RougeL {
    private RougeL() {}

    /** Returns the F score, 0 to 1; 0 if either text has no words. */
    static double f(String prediction, String reference) {
        List<List<String>> predicted = sentences(prediction);
        List<List<String>> expected = sentences(reference);
        int predictedWords = distinct(predicted);
        int expectedWords = distinct(expected);
        if (predictedWords == 0 || expectedWords == 0) {
            return 0;
        }
        Set<String> shared = new LinkedHashSet<>();
        for (List<String> sentence : expected) {
            for (List<String> candidate : predicted) {
                shared.addAll(commonSubsequence(sentence, candidate));
            }
        }
        double precision = (double) shared.size() / predictedWords;
        double recall = (double) shared.size() / expectedWords;
        return 2 * precision * recall / (precision + recall + 1e-8);
    }

    private static List<List<String>> sentences(String text) {
        // As in the package, a sentence of blanks counts as one empty word.
        return Arrays.stream(text.split("\\."))
                .filter(sentence -> !sentence.isEmpty())
                .map(PythonWords::of)
                .map(words -> words.isEmpty() ? List.of("") : words)
                .toList();
    }

    private static int distinct(List<List<String>> sentences) {
        return (int) sentences.stream().flatMap(List::stream).distinct().count();
    }

    /** Returns the words of one longest common subsequence: the one that the package finds by back-tracking. */
    private static Set<String> commonSubsequence(List<String> reference, List<String> candidate) {
        int[][] lengths = new int[reference.size() + 1][candidate.size() + 1];
        for (int i = 1; i <= reference.size(); i++) {
            for (int j = 1; j <= candidate.size(); j++) {
                lengths[i][j] = reference.get(i - 1).equals(candidate.get(j - 1))
                        ? lengths[i - 1][j - 1] + 1
                        : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
            }
        }
        Set<String> words = new LinkedHashSet<>();
        int i = reference.size();
        int j = candidate.size();
        while (i > 0 && j > 0) {
            if (reference.get(i - 1).equals(candidate.get(j - 1))) {
                words.add(reference.get(i - 1));
                i--;
                j--;
            } else if (lengths[i - 1][j] > lengths[i][j - 1]) {
                i--;
            } else {
                j--;
            }
        }
        return words;
    }
}
