package io.speckv.bench.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * How long the stand-ins for the models take.
 *
 * @param draftPrefill from the prompt to its scores
 * @param targetPrefill from the kept tokens to the first token; later tokens take no time
 */
public record EngineTimes(Duration draftPrefill, Duration targetPrefill) {
    /** Runs {@code work} on {@code threads} after {@code time}. */
    static CompletableFuture<Void> after(Duration time, Executor threads, Runnable work) {
        return CompletableFuture.runAsync(
                work, CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS, threads));
    }
}
