package io.speckv.cli.train;

import io.speckv.cli.client.Interruption;
import java.time.Duration;

/** A signal's wish that a run stops. The process lives on until the command has told how far the run came. */
final class StopRequest {
    /** A step of a large model takes a while; a run that hangs must not keep the process. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Runnable task = this::stop;
    private volatile boolean asked;

    /** Waits for signals from now on. */
    void watch() {
        Interruption.add(task);
    }

    boolean isAsked() {
        return asked;
    }

    private void stop() {
        asked = true;
        System.err.printf(
                "%nspeckv: stops with a checkpoint when the step in hand is done, or ends in %d minutes without; kill -9"
                        + " ends it now%n",
                PATIENCE.toMinutes());
        if (!Interruption.awaitCommand(PATIENCE)) {
            System.err.println("speckv: it did not stop in time; what came after its last checkpoint is lost");
        }
    }

    /** Signals are another's matter from now on. */
    void runIsOver() {
        var unused = Interruption.remove(task);
    }
}
