package io.speckv.selection.prompt;

import org.jspecify.annotations.Nullable;

/** Where one score per prompt token comes from. */
public sealed interface ScoreSource {

    /** Returns how a draft must score the prompt, or null if no draft is asked. */
    default @Nullable AttentionScoring draftScoring() {
        return null;
    }

    /** Returns whether a token classifier scores the prompt. */
    default boolean classifies() {
        return false;
    }

    /** Returns the folder of that classifier, or null if the service that runs it has its own. */
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

    /**
     * A token classifier's probability of "keep", averaged over the classifier tokens of each word; {@code folder} is null
     * if the service that runs it has its own.
     */
    record Classifier(@Nullable String folder) implements ScoreSource {
        @Override
        public boolean classifies() {
            return true;
        }

        @Override
        public @Nullable String classifierFolder() {
            return folder;
        }
    }
}
