package io.speckv.selection.method;

import io.speckv.selection.prompt.AttentionScoring;
import org.jspecify.annotations.Nullable;

/**
 * What a draft has to do for one request.
 *
 * @param scoring how its attention becomes a score per prompt token, or null if no scores are needed
 * @param lookaheadTokens tokens it has to continue the prompt with, at least 0
 */
public record DraftWork(@Nullable AttentionScoring scoring, int lookaheadTokens) {
    public static final DraftWork NONE = new DraftWork(null, 0);

    /** Returns whether no draft is needed. */
    public boolean isNone() {
        return scoring == null && lookaheadTokens == 0;
    }
}
