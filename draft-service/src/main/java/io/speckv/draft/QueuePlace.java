package io.speckv.draft;

import io.speckv.kit.admission.Permit;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a call waits for its turn, if it does; the end of its stream gives the place up. Thread-safe. */
final class QueuePlace {
    private volatile @Nullable CompletableFuture<Permit> turn;
    private volatile boolean left;

    void take(CompletableFuture<Permit> waiting) {
        turn = waiting;
        if (left) {
            waiting.cancel(false);
        }
    }

    void leave() {
        left = true;
        CompletableFuture<Permit> waiting = turn;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
