package io.speckv.router.draft;

import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.selection.align.TokenBridge;
import java.util.Arrays;

/**
 * One analysis, before it is asked for.
 *
 * @param bridge between the vocabularies of draft and target
 * @param sharedTokens whether they are one, so that lookahead can go on token by token
 * @param draftVocabSize every token of the draft is below it
 * @param mostLookahead tokens of its own that the target takes
 * @param analysedBy tells who analyses, and for whom: drafts of which it differs may score alike prompts otherwise, and callers of
 *     which it differs share nothing; empty where the draft does not say enough of itself
 */
public record DraftPlan(
        AnalyseRequest request,
        TokenBridge bridge,
        boolean sharedTokens,
        int draftVocabSize,
        int mostLookahead,
        String analysedBy) {
    /** The lookahead in the target's tokens: the draft's text may be more of those than the target takes. */
    int[] lookahead(int[] drafted) {
        int[] tokens = bridge.lookahead(drafted);
        return tokens.length <= mostLookahead ? tokens : Arrays.copyOf(tokens, mostLookahead);
    }

    int promptTokens() {
        return request.getTokenIds().getIdsCount();
    }

    /** Whether the draft can speculate after the analysis: with the answer's own tokens, and with a model that drafts. */
    public boolean canSpeculate() {
        return sharedTokens && !request.getClassification();
    }
}
