package io.speckv.cli.eval;

/**
 * Shows what a run has finished so far where it does not come to its end: because it failed, or because the process is told
 * to stop.
 */
final class EarlyEnd implements AutoCloseable {
    private final Runnable show;
    private final Thread hook;
    private boolean whole;

    /** @param show what is done at an early end; it may run beside the run itself */
    EarlyEnd(Runnable show) {
        this.show = show;
        this.hook = new Thread(show, "early-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Tells that the run came to its end. */
    void whole() {
        whole = true;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is stopping already, and the hook shows it.
            return;
        }
        if (!whole) {
            show.run();
        }
    }
}
