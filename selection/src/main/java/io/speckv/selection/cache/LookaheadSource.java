package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/** Where the lookahead tokens come from. They observe the prompt's keys, together with the prompt's own window. */
public sealed interface LookaheadSource {

    /** Returns how many tokens the draft must generate for this source alone, for a request of {@code maxNewTokens}. */
    default int draftTokens(int maxNewTokens) {
        return 0;
    }

    /** Returns whether the tokens come with the draft's prompt scores. */
    default boolean fromScoringPass() {
        return false;
    }

    /** Returns whether a draft makes the tokens, in a pass of its own or with the scores. */
    default boolean comesFromDraft() {
        return fromScoringPass() || draftTokens(1) > 0;
    }

    /** Returns how the target decodes the lookahead itself, or null if it does not. */
    default @Nullable PseudoDecoding pseudoDecoding() {
        return null;
    }

    /** No lookahead. */
    record None() implements LookaheadSource {}

    /**
     * The draft continues the full prompt; an end-of-text token it produces belongs to the lookahead.
     *
     * @param tokens how many at most, or null for the request's max_new_tokens
     */
    record Draft(@Nullable Integer tokens) implements LookaheadSource {
        public Draft {
            if (tokens != null) {
                InvalidSettingException.require(
                        tokens >= 0, "lookahead_tokens", tokens, "must not be negative; null = max_new_tokens");
            }
        }

        @Override
        public int draftTokens(int maxNewTokens) {
            return tokens == null ? maxNewTokens : tokens;
        }
    }

    /** The tokens that the draft produced while it scored the prompt; the draft does not run again. */
    record ScoringPass() implements LookaheadSource {
        @Override
        public boolean fromScoringPass() {
            return true;
        }
    }

    /** The target itself decodes {@code tokens} tokens greedily from a cache that {@code stageOne} evicted. */
    record PseudoDecoding(int tokens, SnapKv stageOne) implements LookaheadSource {
        public PseudoDecoding {
            InvalidSettingException.require(tokens >= 1, "lookahead_tokens", tokens, "must be at least 1");
        }

        @Override
        public PseudoDecoding pseudoDecoding() {
            return this;
        }
    }
}
