package io.speckv.enginetarget;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;

/** What the end of a connection says. */
final class ConnectionEnd {
    private ConnectionEnd() {}

    /**
     * Returns whether a connection may have ended because it had been idle for too long, before anything of the request was
     * answered: engines close theirs after 5 s, which may be at the moment when the next request takes it.
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
