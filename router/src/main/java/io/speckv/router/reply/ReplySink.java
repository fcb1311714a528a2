package io.speckv.router.reply;

import io.speckv.proto.v1.GenerateResponse;

/** Where an answer goes. Nothing here waits. */
public interface ReplySink {
    /** Takes a message; returns false where the client reads too slowly, and then {@link #onRoom} tells when to go on. */
    boolean send(GenerateResponse message);

    /** Sets what runs when there is room again after {@link #send} said to pause. */
    void onRoom(Runnable callback);

    /** Sets what runs once when the call is over; before the service method ends. */
    void onClosed(Runnable callback);

    /**
     * Sends what is left and ends the call well.
     *
     * @param answered runs just before the call ends; not at all if it fails until then
     */
    void finish(Runnable answered);

    /** Ends the call with a failure. */
    void fail(Throwable failure);
}
