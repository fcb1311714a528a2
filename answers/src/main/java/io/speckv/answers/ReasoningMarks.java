package io.speckv.answers;

import java.util.List;
import java.util.Optional;

/** The marks around what a model thinks. */
public record ReasoningMarks(String start, String end) {
    private static final List<ReasoningMarks> KNOWN =
            List.of(new ReasoningMarks("<think>", "</think>"), new ReasoningMarks("[THINK]", "[/THINK]"));

    /** Returns the marks that a chat template writes or looks for; nothing for models that do not think. */
    public static Optional<ReasoningMarks> of(String template) {
        return KNOWN.stream().filter(marks -> template.contains(marks.end)).findFirst();
    }

    /**
     * Returns the marks that settings name by their start, such as {@code <think>}.
     *
     * @throws IllegalArgumentException if no known ones start so
     */
    public static ReasoningMarks starting(String start) {
        return KNOWN.stream()
                .filter(marks -> marks.start.equals(start))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("reasoning marks '" + start + "' are not known, must be one of "
                                + KNOWN.stream().map(ReasoningMarks::start).toList()));
    }

    /** Returns whether a prompt ends within reasoning: its last characters that are not white space are the start mark. */
    public boolean isOpenAfter(String prompt) {
        return prompt.stripTrailing().endsWith(start);
    }

    /** Returns whether a prompt ends with closed reasoning, by which templates tell a model not to think. */
    public boolean isClosedAfter(String prompt) {
        return prompt.stripTrailing().endsWith(end);
    }
}
