package io.speckv.router.run;

import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;

/** Takes the results of a request, in the order of its events. Nothing here waits. */
public interface RunReply {
    /** Sets what runs when there is room again after {@link #send} said to pause. */
    void onRoom(Runnable callback);

    /** Sets what runs once when nothing more can be sent: the reply is complete, or the client has gone. */
    void onClosed(Runnable callback);

    /** Returns whether the client or its deadline ended the call; false where it was ended here. */
    boolean isCancelled();

    /** A method has selected tokens. */
    void selected(Choice choice, StageTime took);

    /** Another method replaces the requested one. */
    void fellBack(DraftLoss why);

    /** The answer is about to begin. */
    void begin(Choice choice);

    /** The answer grows. Returns whether more can be sent now; if not, the callback of {@link #onRoom} says when. */
    boolean send(TokenDelta piece);

    /**
     * The answer is complete.
     *
     * @param attempts number of targets that were tried
     */
    void finish(Effect.Finish effect, GenerationFinished finished, int attempts);

    /** The request asked only for an explanation: {@code effect} says what the target would have been asked. */
    void explain(Effect.Explain effect);

    /** The request failed. */
    void fail(Throwable failure);
}
