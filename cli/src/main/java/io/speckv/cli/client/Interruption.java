package io.speckv.cli.client;

import io.speckv.kit.server.HaltAtSignal;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a signal, such as a terminal's Ctrl-C, ends a command that computes in this process: the tasks that were added run, the
 * last first, and then the process halts. A task may wait for the command's own end.
 */
public final class Interruption {
    private static final Deque<Runnable> TASKS = new ConcurrentLinkedDeque<>();
    private static final CountDownLatch COMMAND_OVER = new CountDownLatch(1);

    private Interruption() {}

    /** A command of one process, which returns its exit status. */
    @FunctionalInterface
    public interface Command {
        int execute();
    }

    /** Runs the only command of this process so that a signal ends it this way, and returns its exit status. */
    public static int interruptible(Command command) {
        HaltAtSignal halt = HaltAtSignal.armed(Interruption::runTasks);
        try {
            return command.execute();
        } finally {
            COMMAND_OVER.countDown();
            halt.disarm();
        }
    }

    /** Runs {@code task} when a signal comes, unless it is removed before. */
    public static void add(Runnable task) {
        TASKS.push(task);
    }

    /** Returns whether the task was there; false if it has begun to run. */
    public static boolean remove(Runnable task) {
        return TASKS.remove(task);
    }

    /** Waits, in a task, until the command has ended and has told how, and returns whether that came in time. */
    public static boolean awaitCommand(Duration longest) {
        try {
            return COMMAND_OVER.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int runTasks() {
        for (Runnable task = TASKS.poll(); task != null; task = TASKS.poll()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                // The others have their turn all the same, and the process halts.
                System.err.println("speckv: what a signal was to bring to an end failed: " + e);
            }
        }
        return ExitStatus.STOPPED.number();
    }
}
