package io.speckv.router;

import io.speckv.proto.v1.AnalyseSummary;

/** Told what an analysis brings, one call at a time, in the request's own order of events. */
interface DraftEvents {
    /** The scores, {@code [targetPromptTokens]}; at most once. */
    void scored(float[] scores);

    /** The lookahead grew; only where draft and target share their tokens. */
    void drafted();

    /** Everything came. */
    void analysed(AnalyseSummary summary);

    /** No more comes. */
    void draftFailed(RuntimeException failure);
}
