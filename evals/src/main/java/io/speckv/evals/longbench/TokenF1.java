package io.speckv.evals.longbench;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** F1 of the words of an answer, as SQuAD defined it: lower case, without punctuation and articles. */
final class TokenF1 {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    /** Between what Python takes for the ends of words: its words are of letters, numbers and underscores, not of marks. */
    private static final Pattern ARTICLE = Pattern.compile("(?<![\\p{L}\\p{N}_])(a|an|the)(?![\\p{L}\\p{N}_])");

    private TokenF1() {}

    static double score(String prediction, String reference) {
        List<String> predicted = words(prediction);
        List<String> expected = words(reference);
        Map<String, Integer> left = new HashMap<>();
        expected.forEach(word -> left.merge(word, 1, Integer::sum));
        int shared = 0;
        for (String word : predicted) {
            if (left.getOrDefault(word, 0) > 0) {
                left.merge(word, -1, Integer::sum);
                shared++;
            }
        }
        if (shared == 0) {
            return 0;
        }
        double precision = (double) shared / predicted.size();
        double recall = (double) shared / expected.size();
        return 2 * precision * recall / (precision + recall);
    }

    private static List<String> words(String text) {
        String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return PythonWords.of(ARTICLE.matcher(plain).replaceAll(" "));
    }
}
