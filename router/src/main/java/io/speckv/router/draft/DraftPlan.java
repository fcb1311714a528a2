package io.speckv.router.draft;

import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.selection.align.TokenBridge;
import java.util.Arrays;

/**
 * What the draft will be asked for one analysis.
 *
 * @param bridge between the vocabularies of draft and target
 * @param sharedTokens whether both share one vocabulary, so that lookahead can be passed on token by token
 * @param draftVocabSize every token of the draft is below it
 * @param mostLookahead lookahead tokens that the target takes, in its own vocabulary
 * @param analysedBy identifies the draft and the caller. Drafts with different values may score the same prompt differently,
 *     and callers with different values share nothing. Empty if the draft does not describe itself fully
 */
public record DraftPlan(
        AnalyseRequest request,
        TokenBridge bridge,
        boolean sharedTokens,
        int draftVocabSize,
        int mostLookahead,
        String analysedBy) {
    /** Returns the lookahead in the target's tokens, cut to what the target takes. */
    int[] lookahead(int[] drafted) {
        int[] tokens = bridge.lookahead(drafted);
        return tokens.length <= mostLookahead ? tokens : Arrays.copyOf(tokens, mostLookahead);
    }

    int promptTokens() {
        return request.getTokenIds().getIdsCount();
    }

    /** Returns whether the draft can speculate after the analysis, which needs the answer's vocabulary and a drafting model. */
    public boolean canSpeculate() {
        return sharedTokens && !request.getClassification();
    }
}
