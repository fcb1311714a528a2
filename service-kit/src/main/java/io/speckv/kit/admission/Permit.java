package io.speckv.kit.admission;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to run; closing it lets the next request run. Closing again does nothing. Thread-safe. */
public final class Permit implements AutoCloseable {
    private final AtomicBoolean held = new AtomicBoolean(true);
    private final Runnable giveBack;

    Permit(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    @Override
    public void close() {
        if (held.getAndSet(false)) {
            giveBack.run();
        }
    }
}
