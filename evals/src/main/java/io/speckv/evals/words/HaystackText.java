package io.speckv.evals.words;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Running text to hide needles in, in place of the essays that RULER downloads.
 *
 * <p>Scores on it cannot be compared with scores on those essays, so it has a label for reports.
 *
 * @param label of the text in reports
 * @param words the text cut at white space or, if it is lines, at line ends; at least one
 * @param isLines whether its lines stay as they are, as in code
 */
public record HaystackText(String label, List<String> words, boolean isLines) {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final int GENERATED_WORDS = 20_000;
    private static final List<String> VERBS = List.of(
            "finds", "follows", "keeps", "leaves", "likes", "meets", "moves", "needs", "paints", "sees", "sells",
            "shows", "takes", "turns", "visits", "wants", "watches");
    private static final List<String> LINKS =
            List.of("near", "behind", "above", "under", "after", "before", "beside", "without");

    /** Running text. */
    public HaystackText(String label, List<String> words) {
        this(label, words, false);
    }

    public HaystackText {
        words = List.copyOf(words);
        if (label.isBlank() || words.isEmpty()) {
            throw new IllegalArgumentException(
                    "a haystack text needs a label and words, '" + label + "' has " + words.size() + " words");
        }
    }

    /** Returns text that the user gave, labelled {@code given text: name}. */
    public static HaystackText given(String name, String text) {
        return new HaystackText(
                "given text: " + name,
                WHITE_SPACE
                        .splitAsStream(text.strip())
                        .filter(Predicate.not(String::isEmpty))
                        .toList());
    }

    /** Returns the lines of text that the user gave, labelled {@code lines of given text: name}. */
    public static HaystackText lines(String name, String text) {
        return new HaystackText(
                "lines of given text: " + name, text.strip().lines().toList(), true);
    }

    /** Returns made-up English sentences, labelled {@code generated text}. */
    public static HaystackText generated(WordList list, long seed) {
        Draw draw = new Draw(seed);
        StringBuilder text = new StringBuilder();
        for (int words = 0; words < GENERATED_WORDS; words += 8) {
            text.append(sentence(list, draw)).append(' ');
        }
        return new HaystackText(
                "generated text",
                WHITE_SPACE.splitAsStream(text.toString().strip()).toList());
    }

    /** Returns one made-up English sentence. */
    public static String sentence(WordList list, Draw draw) {
        String subject = noun(list, draw) + " " + draw.pick(VERBS) + " the " + noun(list, draw);
        String place = draw.chance(0.6) ? " " + draw.pick(LINKS) + " the " + noun(list, draw) : "";
        return "The " + subject + place + ".";
    }

    /** Returns all words joined by spaces. */
    public String text() {
        return first(words.size());
    }

    /** Returns the first {@code count} words joined by spaces, beginning again where the text ends. */
    public String first(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(words.get(i % words.size()));
        }
        return text.toString();
    }

    private static String noun(WordList list, Draw draw) {
        return draw.chance(0.5)
                ? draw.pick(list.adjectives()) + " " + draw.pick(list.nouns())
                : draw.pick(list.nouns());
    }
}
