package io.speckv.enginetarget;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;

/** Explains the end of a connection. */
final class ConnectionEnd {
    private ConnectionEnd() {}

    /**
     * Returns whether the engine may have closed the connection because it was idle, before it answered anything of this
     * request. Engines close idle connections after 5 s, possibly at the very moment when the next request uses one.
     */
    static boolean isOfAnIdleOne(IOException cause) {
        if (cause instanceof ConnectException) {
            return false;
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof EOFException
                || message.contains("received no bytes")
                || message.contains("Connection reset")
                || message.contains("Broken pipe")
                || cause.getCause() instanceof EOFException;
    }
}
