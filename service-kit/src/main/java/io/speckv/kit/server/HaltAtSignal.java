package io.speckv.kit.server;

import java.util.function.IntSupplier;

/**
 * How a signal ends a process that computes: it halts. An ordinary exit would run the destructors of native libraries, on which a
 * thread that still computes crashes, and would not let the process choose its exit status.
 */
public final class HaltAtSignal {
    private final Thread hook;

    private HaltAtSignal(Thread hook) {
        this.hook = hook;
    }

    /**
     * A signal halts the process from now on.
     *
     * @param end brings to an end what there is, and returns the exit status; it may block. If it fails the status is 1
     */
    public static HaltAtSignal armed(IntSupplier end) {
        Thread hook = new Thread(
                () -> {
                    int status = ExitCode.FAILED.number();
                    try {
                        status = end.getAsInt();
                    } finally {
                        Runtime.getRuntime().halt(status);
                    }
                },
                "speckv-halt");
        Runtime.getRuntime().addShutdownHook(hook);
        return new HaltAtSignal(hook);
    }

    /** A signal is no longer seen to here. After a signal this does nothing: the process halts. */
    public void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the hook runs
        }
    }
}
