package io.speckv.cli.train;

import io.speckv.cli.client.Interruption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A signal's wish that a run stops. The process lives on until the run is over. */
final class StopRequest {
    /** A step of a large model takes a while; a run that hangs must not keep the process. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final CountDownLatch over = new CountDownLatch(1);
    private final Runnable task = this::await;
    private volatile boolean asked;

    /** Waits for signals from now on. */
    void watch() {
        Interruption.add(task);
    }

    boolean isAsked() {
        return asked;
    }

    private void await() {
        asked = true;
        System.err.printf("%nspeckv: stops after this step and writes its checkpoint ...%n");
        try {
            if (!over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("speckv: the step takes too long; the last checkpoint holds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process may end now. */
    void runIsOver() {
        over.countDown();
        Interruption.remove(task);
    }
}
