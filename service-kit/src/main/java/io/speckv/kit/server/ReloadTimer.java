package io.speckv.kit.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Checks files at regular intervals, on one daemon thread, until it is closed. */
public final class ReloadTimer implements AutoCloseable {
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "speckv-reload");
        thread.setDaemon(true);
        return thread;
    });

    /** Runs {@code reload}, which must not throw, after each {@code period}. */
    public void every(Duration period, Runnable reload) {
        var unused =
                executor.scheduleWithFixedDelay(reload, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
