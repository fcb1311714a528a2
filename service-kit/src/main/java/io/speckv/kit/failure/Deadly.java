package io.speckv.kit.failure;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors after which a process answers wrongly or not at all: it ends, and whoever watches it starts it anew. */
public final class Deadly {
    private static final Logger LOG = LoggerFactory.getLogger(Deadly.class);

    /** What the process ends with. */
    public static final int EXIT_CODE = 5;

    private Deadly() {}

    /** Ends the process if {@code thrown} comes from memory that has run out, on whatever thread. */
    public static void endProcessIfOutOfMemory(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            endProcess("out of memory", thrown);
        }
    }

    /** Ends the process at once, without waiting for calls. */
    public static void endProcess(String why, Throwable thrown) {
        try {
            LOG.atError().addKeyValue("cause", thrown.getClass().getName()).log("ending the process: {}", why);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    /** Ends the process after so long, if it has not ended by itself. */
    public static void endProcessIn(Duration longest, String why) {
        Thread end = new Thread(
                () -> {
                    try {
                        Thread.sleep(longest.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    endProcess(why, new IllegalStateException("it does not end by itself"));
                },
                "speckv-end");
        end.setDaemon(true);
        end.start();
    }

    /** From now on an error that no thread caught ends the process if memory has run out. */
    public static void endProcessOnUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            endProcessIfOutOfMemory(thrown);
            LOG.atError()
                    .addKeyValue("thread", thread.getName())
                    .addKeyValue("cause", thrown.getClass().getName())
                    .log("a thread ended by an exception");
        });
    }
}
