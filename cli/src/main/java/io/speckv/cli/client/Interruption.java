package io.speckv.cli.client;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * How a signal, such as a terminal's Ctrl-C, ends a command that computes in this process: what was registered runs, the last
 * first, and then the process halts. An ordinary exit would run the destructors of native libraries, on which a thread that
 * still computes crashes.
 */
public final class Interruption {
    private static final Deque<Runnable> TASKS = new ConcurrentLinkedDeque<>();

    private final Thread hook = new Thread(Interruption::end, "speckv-interrupted");

    private Interruption() {}

    /** Signals end the process this way from now on. */
    public static Interruption expected() {
        Interruption expected = new Interruption();
        Runtime.getRuntime().addShutdownHook(expected.hook);
        return expected;
    }

    /** Runs {@code task} before a signal ends the process, unless it is removed before. It may block that end. */
    public static void add(Runnable task) {
        TASKS.push(task);
    }

    /** Returns whether the task was there; false if it has begun to run. */
    public static boolean remove(Runnable task) {
        return TASKS.remove(task);
    }

    private static void end() {
        for (Runnable task = TASKS.poll(); task != null; task = TASKS.poll()) {
            task.run();
        }
        Runtime.getRuntime().halt(ExitStatus.STOPPED.number());
    }

    /** The command has ended by itself, so that an exit from now on is an ordinary one. */
    public void endedByItself() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // A signal came before; the hook halts the process.
        }
    }
}
