package io.speckv.kit.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at files again and again, on one daemon thread, until closed. */
public final class ReloadTimer implements AutoCloseable {
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "speckv-reload");
        thread.setDaemon(true);
        return thread;
    });

    /** Has {@code reload}, which must not throw, run after each {@code period}. */
    public void every(Duration period, Runnable reload) {
        var unused =
                executor.scheduleWithFixedDelay(reload, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
