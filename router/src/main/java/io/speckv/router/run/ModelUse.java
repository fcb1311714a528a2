package io.speckv.router.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Counts the requests that use a model. A retired model is closed when its last request has ended. Thread-safe. */
public final class ModelUse {
    private int requests;
    private @Nullable Runnable close;

    /** One request's hold on a model. Closing it again does nothing. */
    public final class Hold implements AutoCloseable {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Hold() {}

        @Override
        public void close() {
            if (held.compareAndSet(true, false)) {
                leave();
            }
        }
    }

    /** Returns a hold that keeps the model open; empty if the model is retired. */
    public synchronized Optional<Hold> hold() {
        if (close != null) {
            return Optional.empty();
        }
        requests++;
        return Optional.of(new Hold());
    }

    private void leave() {
        Runnable ended;
        synchronized (this) {
            requests--;
            ended = requests == 0 ? close : null;
        }
        if (ended != null) {
            ended.run();
        }
    }

    /** Lets no more requests in, and runs {@code close} once after the last one has ended; at once if none runs. */
    public void retire(Runnable close) {
        synchronized (this) {
            if (this.close != null) {
                return;
            }
            this.close = close;
            if (requests > 0) {
                return;
            }
        }
        close.run();
    }
}
