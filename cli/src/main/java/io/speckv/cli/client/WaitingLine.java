package io.speckv.cli.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A line about what takes so long, which disappears afterwards. It is written only to a terminal. */
public final class WaitingLine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Duration STEP = Duration.ofMillis(200);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final ScheduledExecutorService clock;
    private final long start = System.nanoTime();
    private boolean shown;
    private boolean closed;

    WaitingLine(String work, PrintStream err, boolean terminal) {
        this.err = err;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "speckv-progress");
            thread.setDaemon(true);
            return thread;
        });
        if (terminal) {
            var unused = clock.scheduleAtFixedRate(
                    () -> show(work), PATIENCE.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Shows {@code work} on standard error, if that is a terminal. */
    public static WaitingLine of(String work, Terminal terminal) {
        return new WaitingLine(work, System.err, terminal.err());
    }

    private synchronized void show(String work) {
        if (!closed) {
            shown = true;
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            err.print(CLEAR_LINE + work + " ... " + seconds + " s");
            err.flush();
        }
    }

    @Override
    public void close() {
        done();
    }

    /** Removes the line before the block that opened it ends. Calling it again does nothing. */
    public synchronized void done() {
        if (!closed) {
            closed = true;
            clock.shutdownNow();
            if (shown) {
                err.print(CLEAR_LINE);
                err.flush();
            }
        }
    }
}
