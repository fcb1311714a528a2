package io.speckv.kit.server;

import io.speckv.kit.failure.Deadly;

/** The exit code of a service's process. */
public enum ExitCode {
    /** Stopped on request, and every running call ended by itself. */
    CLEAN(0),
    /** Failed for a reason that is in the log. */
    FAILED(1),
    /** The settings cannot be used. */
    BAD_SETTINGS(2),
    /** The server cannot listen on its address. */
    CANNOT_LISTEN(3),
    /** Stopped on request, but calls that exceeded the drain time were cut. */
    CALLS_CUT(4),
    /** Ended by itself, together with its calls, because memory or device is lost and only a new process can serve. */
    LOST(Deadly.EXIT_CODE);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
