package io.speckv.kit.server;

import io.speckv.kit.failure.Deadly;

/** What a service's process says when it ends. */
public enum ExitCode {
    /** Stopped when asked to, and every running call ended by itself. */
    CLEAN(0),
    /** Failed for a reason the log tells. */
    FAILED(1),
    /** The settings cannot be used. */
    BAD_SETTINGS(2),
    /** The address cannot be listened on. */
    CANNOT_LISTEN(3),
    /** Stopped when asked to, but calls that outlived the drain time were cut. */
    CALLS_CUT(4),
    /** Ended by itself, with its calls: memory or device are lost, and only a new process can serve. */
    LOST(Deadly.EXIT_CODE);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
