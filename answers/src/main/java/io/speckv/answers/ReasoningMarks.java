package io.speckv.answers;

import java.util.List;
import java.util.Optional;

/** The marks around a model's reasoning. */
public record ReasoningMarks(String start, String end) {
    private static final List<ReasoningMarks> KNOWN =
            List.of(new ReasoningMarks("<think>", "</think>"), new ReasoningMarks("[THINK]", "[/THINK]"));

    /** Returns the marks that a chat template writes or looks for; empty if the model does not reason. */
    public static Optional<ReasoningMarks> of(String template) {
        return KNOWN.stream().filter(marks -> template.contains(marks.end)).findFirst();
    }

    /**
     * Returns the marks that settings name by their start, such as {@code <think>}.
     *
     * @throws IllegalArgumentException if no known marks have this start
     */
    public static ReasoningMarks starting(String start) {
        return KNOWN.stream()
                .filter(marks -> marks.start.equals(start))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("reasoning marks '" + start + "' are not known, must be one of "
                                + KNOWN.stream().map(ReasoningMarks::start).toList()));
    }

    /** Returns whether a prompt ends within reasoning, that is, with the start mark and perhaps white space. */
    public boolean isOpenAfter(String prompt) {
        return prompt.stripTrailing().endsWith(start);
    }

    /** Returns whether a prompt ends with closed reasoning. Templates write this to tell a model not to reason. */
    public boolean isClosedAfter(String prompt) {
        return prompt.stripTrailing().endsWith(end);
    }
}
