package io.speckv.http.connection;

import io.speckv.http.json.ApiError;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The places of requests in progress. Thread-safe. */
public final class Places {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();

    public Places(int most) {
        this.most = most;
    }

    /**
     * Gives {@code exchange} a place until it is over.
     *
     * @throws ApiError.RefusedException if no place is free
     */
    public void take(Exchange exchange) {
        if (draining.get()) {
            exchange.header("Connection", "close");
            throw ApiError.busy(503, "draining", "the server is about to stop").asException();
        }
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            throw ApiError.busy(429, "too_many_requests", "more than " + most + " requests are in progress")
                    .asException();
        }
        exchange.onOver(taken::decrementAndGet);
    }

    /** Gives out no place from now on. */
    public void drain() {
        draining.set(true);
    }
}
