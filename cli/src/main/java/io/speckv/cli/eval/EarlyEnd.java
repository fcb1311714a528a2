package io.speckv.cli.eval;

/** Shows the finished part of a run that ends early, because it failed or because the process is stopped. */
final class EarlyEnd implements AutoCloseable {
    private final Runnable show;
    private final Thread hook;
    private boolean whole;

    /** @param show shows the finished part; it may run at the same time as the run itself */
    EarlyEnd(Runnable show) {
        this.show = show;
        this.hook = new Thread(show, "early-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says that the run is complete. */
    void whole() {
        whole = true;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is stopping already, and the hook shows the results.
            return;
        }
        if (!whole) {
            show.run();
        }
    }
}
