package io.speckv.kit.stream;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A timer thread that does not keep its process alive. */
public final class DaemonTimer {
    private DaemonTimer() {}

    /** Returns a new timer; the caller shuts it down. */
    public static ScheduledExecutorService start(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
