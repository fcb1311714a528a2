package io.speckv.evals.ruler;

import java.util.List;

/**
 * RULER's sentences about needles, for one kind of value.
 *
 * @param many the kind of value in the plural, {@code numbers} or {@code uuids}
 */
public record NeedleWording(String many) {
    /** Values of seven digits. */
    public static final NeedleWording NUMBERS = new NeedleWording("numbers");

    /** Values that are UUIDs. */
    public static final NeedleWording UUIDS = new NeedleWording("uuids");

    /** The line that RULER repeats as filler. */
    public static final String FILLER =
            "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

    /** The text between a key and its value. */
    public static final String BEFORE_VALUE = " is:";

    /** The text after the keys in a question and in an answer. */
    public static final String MENTIONED = " mentioned in the provided text";

    /** Returns the line that hides {@code value} under {@code key}. */
    public String needle(String key, String value) {
        return needle(key) + value + ".";
    }

    /** Returns the beginning of such a line, up to its value. */
    String needle(String key) {
        return beforeKey() + " " + key + BEFORE_VALUE + " ";
    }

    /** Returns the beginning of a needle, up to the blank before its key. */
    public String beforeKey() {
        return "One of the special magic " + many + " for";
    }

    /** Returns the text above the haystack, up to the line end, if {@code answers} values are asked for. */
    public String header(int answers) {
        String opening = answers == 1 ? "A special magic " + one() + " is" : "Some special magic " + many + " are";
        return opening + " hidden within the following text. Make sure to memorize it. I will quiz you about the "
                + kind(answers) + " afterwards.\n";
    }

    /** Returns the question for {@code keys} that have {@code answers} values together. */
    public String question(List<String> keys, int answers) {
        return asksFor(answers) + " " + list(keys) + MENTIONED + "?";
    }

    /** Returns the beginning of a question, up to the blank before the keys. */
    public String asksFor(int answers) {
        return (answers == 1 ? "What is the" : "What are all the") + " special magic " + kind(answers) + " for";
    }

    /** Returns the beginning of the answer, from the blank after the question on. */
    public String answerPrefix(List<String> keys, int answers) {
        return " " + answersFor(answers) + " " + list(keys) + MENTIONED + (answers == 1 ? " is" : " are");
    }

    /** Returns the beginning of an answer, up to the blank before the keys. */
    public String answersFor(int answers) {
        return "The special magic " + kind(answers) + " for";
    }

    /** Returns {@code items} with commas, and {@code , and } before the last. */
    public static String list(List<String> items) {
        int last = items.size() - 1;
        return last == 0 ? items.get(0) : String.join(", ", items.subList(0, last)) + ", and " + items.get(last);
    }

    private String kind(int answers) {
        return answers == 1 ? one() : many;
    }

    private String one() {
        return many.substring(0, many.length() - 1);
    }
}
