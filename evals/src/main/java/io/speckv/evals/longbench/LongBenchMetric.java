package io.speckv.evals.longbench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How one answer is scored against one reference, 0 to 1. Source: {@code metrics.py} of LongBench. */
enum LongBenchMetric {
    /** Overlap of words, for questions. */
    TOKEN_F1 {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            return TokenF1.score(prediction, reference);
        }
    },
    /** Longest common subsequence of words, for summaries. */
    ROUGE_L {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            return RougeL.f(prediction, reference);
        }
    },
    /** 1 divided by the number of class names found, if the right one is among them; else 0. */
    CLASSIFICATION {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            List<String> found = new ArrayList<>(
                    classes.stream().filter(prediction::contains).toList());
            // The original removes names while it iterates, and so skips the name after a removed one; this does the
            // same.
            for (int i = 0; i < found.size(); i++) {
                if (reference.contains(found.get(i)) && !found.get(i).equals(reference)) {
                    found.remove(i);
                }
            }
            return found.contains(reference) ? 1.0 / found.size() : 0;
        }
    },
    /** Share of the numbers in the answer that are the number of the right paragraph. */
    RETRIEVAL {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            return shareOfNumbers(prediction, paragraph(reference));
        }

        @Override
        void check(String reference) {
            paragraph(reference);
        }
    },
    /** Share of the numbers in the answer that are the right one. */
    COUNT {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            return shareOfNumbers(prediction, reference);
        }
    },
    /** Similarity of the first line of code. */
    CODE_SIMILARITY {
        @Override
        double score(String prediction, String reference, List<String> classes) {
            return EditSimilarity.percent(firstCodeLine(prediction), reference) / 100.0;
        }
    };

    /** Digits of every script count, as they do to Python. */
    private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+");

    private static final Pattern PARAGRAPH = Pattern.compile("Paragraph (\\p{Nd}+)");

    /**
     * Returns the score of {@code prediction}.
     *
     * @param classes names of all classes, empty for tasks that have none
     */
    abstract double score(String prediction, String reference, List<String> classes);

    /**
     * Returns normally if answers can be scored against {@code reference}. Any text will do unless a metric says more.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    void check(String reference) {}

    private static String paragraph(String reference) {
        Matcher paragraph = PARAGRAPH.matcher(reference);
        if (!paragraph.find()) {
            throw new IllegalArgumentException("the reference must name a 'Paragraph N', was '" + reference + "'");
        }
        return paragraph.group(1);
    }

    private static double shareOfNumbers(String prediction, String right) {
        List<String> numbers =
                NUMBER.matcher(prediction).results().map(MatchResult::group).toList();
        long hits = numbers.stream().filter(right::equals).count();
        return numbers.isEmpty() ? 0 : (double) hits / numbers.size();
    }

    private static String firstCodeLine(String prediction) {
        int start = 0;
        while (start < prediction.length() && prediction.charAt(start) == '\n') {
            start++;
        }
        for (String line : prediction.substring(start).split("\n", -1)) {
            if (!line.contains("`") && !line.contains("#") && !line.contains("//")) {
                return line;
            }
        }
        return "";
    }
}
