package io.speckv.selection.prompt;

import org.jspecify.annotations.Nullable;

/** Where one score per prompt token comes from. */
public sealed interface ScoreSource {

    /** Returns how a draft must score the prompt, or null if no draft is asked. */
    default @Nullable AttentionScoring draftScoring() {
        return null;
    }

    /** Returns the folder of the token classifier that scores the prompt, or null if none is asked. */
    default @Nullable String classifierFolder() {
        return null;
    }

    /** No scores are needed. */
    record None() implements ScoreSource {}

    /** A draft model's attention, reduced as {@code scoring} says. */
    record DraftAttention(AttentionScoring scoring) implements ScoreSource {
        @Override
        public AttentionScoring draftScoring() {
            return scoring;
        }
    }

    /** A token classifier's probability of "keep", averaged over the classifier tokens of each word. */
    record Classifier(String folder) implements ScoreSource {
        @Override
        public String classifierFolder() {
            return folder;
        }
    }
}
