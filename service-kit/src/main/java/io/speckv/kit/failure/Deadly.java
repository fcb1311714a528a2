package io.speckv.kit.failure;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors after which a process would answer wrongly or not at all. It ends, and its supervisor starts it anew. */
public final class Deadly {
    private static final Logger LOG = LoggerFactory.getLogger(Deadly.class);

    /** The exit code of such a process. */
    public static final int EXIT_CODE = 5;

    private Deadly() {}

    /** Ends the process if {@code thrown} was caused by memory that ran out, on any thread. */
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

    /** Ends the process after {@code longest}, if it has not ended by itself. */
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

    /** Makes an uncaught error on any thread end the process, if memory has run out. */
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
