package io.speckv.router;

import io.speckv.proto.v1.GenerateResponse;

/** Where an answer goes. Offers never wait. */
interface AnswerSink {
    /** Takes a message, or returns false where the client reads too slowly; then {@link #onRoom} tells when to go on. */
    boolean offer(GenerateResponse message);

    /** Sets what runs when there is room again after a refused offer. */
    void onRoom(Runnable callback);

    /** Sends what is left and ends the call well. */
    void finish();

    /** Ends the call with a failure. */
    void fail(Throwable failure);
}
