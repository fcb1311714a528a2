package io.speckv.router.run;

import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;

/** Told what comes of a request, in its own order of events. Nothing here waits. */
public interface RunReply {
    /** Sets what runs when there is room again after {@link #send} said to pause. */
    void onRoom(Runnable callback);

    /** Sets what runs once when nothing can be sent any more: all is sent, or the client went away. */
    void onClosed(Runnable callback);

    /** A method has selected. */
    void selected(Choice choice, StageTime took);

    /** Another method takes the place of the one asked for. */
    void fellBack(DraftLoss why);

    /** The answer is about to come. */
    void begin(Choice choice);

    /** The answer grows. Returns whether more is wanted now; if not, the room callback tells when. */
    boolean send(TokenDelta piece);

    /**
     * The answer is complete.
     *
     * @param attempts targets that were tried
     */
    void finish(Effect.Finish effect, GenerationFinished finished, int attempts);

    /** What the target would have been asked, where that is all that is wanted. */
    void explain(Effect.Explain effect);

    /** The request failed. */
    void fail(Throwable failure);
}
