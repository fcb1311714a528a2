package io.speckv.router;

import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;

/** Told what a target answers, one call at a time, in the request's own order of events. */
interface TargetEvents {
    /** More of the answer. The next message comes only after {@link TargetStream#next}. */
    void grown(TokenDelta delta);

    /** The answer is complete. */
    void answered(GenerationFinished finished);

    /** No more comes. */
    void targetFailed(Throwable failure);
}
