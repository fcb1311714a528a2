package io.speckv.router.reply;

import io.speckv.proto.v1.GenerateResponse;

/** The way of an answer to the client. Nothing here waits. */
public interface ReplySink {
    /** Sends a message. Returns false if the client reads too slowly; {@link #onRoom} then says when to go on. */
    boolean send(GenerateResponse message);

    /** Sets what runs when there is room again after {@link #send} said to pause. */
    void onRoom(Runnable callback);

    /** Sets what runs once when the call is over. To be set before the service method ends. */
    void onClosed(Runnable callback);

    /** Returns whether the client or its deadline ended the call; false where it was ended here. */
    boolean isCancelled();

    /**
     * Sends what is left and ends the call with status OK.
     *
     * @param answered runs just before the call ends; not at all if it fails until then
     */
    void finish(Runnable answered);

    /** Ends the call with a failure. */
    void fail(Throwable failure);
}
