package io.speckv.kit.admission;

import io.speckv.kit.failure.RequestException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request's place: first in the queue, then among the running requests, then given back. It may be given up at any time,
 * even before it is taken, and more than once. Thread-safe.
 */
public final class QueuePlace {
    private @Nullable CompletableFuture<Permit> turn;
    private @Nullable Permit permit;
    private boolean withdrawn;
    private boolean left;

    /**
     * Takes the place, once.
     *
     * @param promptTokens of the request, at least 1
     * @param admitted runs when the request's turn comes, at once if there is room, unless the place was given up
     * @throws RequestException with QUEUE_FULL if the request may not even wait
     */
    public void enter(Admission admission, int promptTokens, Runnable admitted) {
        CompletableFuture<Permit> waiting = admission.admit(promptTokens);
        boolean unwanted;
        synchronized (this) {
            turn = waiting;
            unwanted = withdrawn;
        }
        if (unwanted) {
            waiting.cancel(false);
        }
        var unused = waiting.thenAccept(given -> {
            if (take(given)) {
                admitted.run();
            } else {
                given.close();
            }
        });
    }

    private synchronized boolean take(Permit given) {
        if (!left) {
            permit = given;
        }
        return !left;
    }

    /** Gives the place up if the request still waits. If its turn has come already, {@link #leave} must follow. */
    public void withdraw() {
        CompletableFuture<Permit> waiting;
        synchronized (this) {
            withdrawn = true;
            waiting = turn;
        }
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    /** Gives the place up, whether the request waits or runs, so that the next one may run. */
    public void leave() {
        withdraw();
        Permit held;
        synchronized (this) {
            left = true;
            held = permit;
            permit = null;
        }
        if (held != null) {
            held.close();
        }
    }
}
