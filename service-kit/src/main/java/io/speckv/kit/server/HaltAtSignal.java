package io.speckv.kit.server;

/**
 * How a signal ends a process that computes and has nothing to bring to an end, such as a service that loads its model: it halts.
 * An ordinary exit would run the destructors of native libraries, on which a thread that still computes crashes.
 */
public final class HaltAtSignal {
    private final Thread hook;

    private HaltAtSignal(Thread hook) {
        this.hook = hook;
    }

    /**
     * A signal halts the process from now on.
     *
     * @param before runs before that; it may block the end
     * @param status exit status of the process
     */
    public static HaltAtSignal armed(Runnable before, int status) {
        Thread hook = new Thread(
                () -> {
                    try {
                        before.run();
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
