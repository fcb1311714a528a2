package io.speckv.selection.prompt;

/** Where one score per prompt token comes from. */
public sealed interface ScoreSource {

    /** No scores are needed. */
    record None() implements ScoreSource {}

    /** A draft model's attention, reduced as {@code scoring} says. */
    record DraftAttention(AttentionScoring scoring) implements ScoreSource {}

    /** A token classifier's probability of "keep", averaged over the classifier tokens of each word. */
    record Classifier(String folder) implements ScoreSource {}

    ScoreSource NONE = new None();
}
