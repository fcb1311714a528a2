package io.speckv.engine.generate;

import io.speckv.selection.prompt.AttentionScoring;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a draft has to do with one prompt.
 *
 * @param prompt at least one token
 * @param scoring how attention becomes scores, or null for none
 * @param scoringTokens lookahead tokens whose attention counts. The last one's attention never does, so 0 and 1 count only
 *     the prefill
 * @param lookaheadTokens tokens to draft in all, at least 0; an end token ends them early and is one of them
 * @param choice chooses the tokens
 * @param endTokens token ids that end the lookahead
 */
public record DraftTask(
        int[] prompt,
        @Nullable AttentionScoring scoring,
        int scoringTokens,
        int lookaheadTokens,
        TokenChoice choice,
        Set<Integer> endTokens) {
    public DraftTask {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token");
        }
        if (scoringTokens < 0 || lookaheadTokens < 0) {
            throw new IllegalArgumentException(
                    "a draft cannot have " + scoringTokens + " scoring and " + lookaheadTokens + " lookahead tokens");
        }
        endTokens = Set.copyOf(endTokens);
    }
}
