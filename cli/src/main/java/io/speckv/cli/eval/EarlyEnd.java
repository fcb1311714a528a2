package io.speckv.cli.eval;

import io.speckv.cli.client.Interruption;

/** Shows the finished part of a run that ends early, because it failed or because a signal ends the process. */
final class EarlyEnd implements AutoCloseable {
    private final Runnable show;
    private boolean whole;

    /** @param show shows the finished part; it may run at the same time as the run itself */
    EarlyEnd(Runnable show) {
        this.show = show;
        Interruption.add(show);
    }

    /** Says that the run is complete. */
    void whole() {
        whole = true;
    }

    @Override
    public void close() {
        boolean stopped = !Interruption.remove(show);
        if (!whole && !stopped) {
            show.run();
        }
    }
}
