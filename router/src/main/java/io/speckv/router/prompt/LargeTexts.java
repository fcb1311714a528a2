package io.speckv.router.prompt;

import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets as many large texts be tokenized at once as there are cores: more would only hold more memory. Small ones pass.
 */
final class LargeTexts {
    /** Bytes of a text that takes about a tenth of a second. */
    private static final int LARGE = 1 << 18;

    private static final long ASK_MILLIS = 50;

    private final Semaphore places =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()), true);

    /**
     * Returns what the work gives, when it is its turn.
     *
     * @throws RequestException with CANCELLED if the caller has gone before
     */
    <T> T inTurn(int bytes, Supplier<T> work) {
        if (bytes < LARGE) {
            return work.get();
        }
        try {
            while (!places.tryAcquire(ASK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (callerHasGone()) {
                    throw callerGone();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw callerGone();
        }
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    /** Returns whether the call that this thread works for was cancelled or is beyond its deadline. */
    static boolean callerHasGone() {
        return Context.current().isCancelled();
    }

    static RequestException callerGone() {
        return RequestException.of(FailureCode.CANCELLED, "the caller has gone before its prompt was tokenized");
    }
}
