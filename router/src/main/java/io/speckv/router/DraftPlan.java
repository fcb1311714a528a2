package io.speckv.router;

import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.selection.align.TokenBridge;

/**
 * One analysis, before it is asked for.
 *
 * @param bridge between the vocabularies of draft and target
 * @param sharedTokens whether they are one, so that lookahead can go on token by token
 * @param draftVocabSize every token of the draft is below it
 */
record DraftPlan(AnalyseRequest request, TokenBridge bridge, boolean sharedTokens, int draftVocabSize) {
    int promptTokens() {
        return request.getTokenIds().getIdsCount();
    }

    /** Whether the draft can go on after the analysis: with the answer's own tokens, and with a model that drafts. */
    boolean canContinue() {
        return sharedTokens && !request.getClassification();
    }

    boolean scores() {
        return request.hasScoring() || request.getClassification();
    }
}
