package io.speckv.cli.client;

import io.speckv.kit.server.HaltAtSignal;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * How a signal, such as a terminal's Ctrl-C, ends a command that computes in this process: what was added runs, the last first,
 * and then the process halts.
 */
public final class Interruption {
    private static final Deque<Runnable> TASKS = new ConcurrentLinkedDeque<>();

    private Interruption() {}

    /** Signals end the process this way until the result is disarmed. */
    public static HaltAtSignal expected() {
        return HaltAtSignal.armed(Interruption::runTasks, ExitStatus.STOPPED.number());
    }

    /** Runs {@code task} before a signal ends the process, unless it is removed before. It may block that end. */
    public static void add(Runnable task) {
        TASKS.push(task);
    }

    /** Returns whether the task was there; false if it has begun to run. */
    public static boolean remove(Runnable task) {
        return TASKS.remove(task);
    }

    private static void runTasks() {
        for (Runnable task = TASKS.poll(); task != null; task = TASKS.poll()) {
            task.run();
        }
    }
}
