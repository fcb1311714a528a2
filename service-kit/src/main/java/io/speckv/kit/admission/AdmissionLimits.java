package io.speckv.kit.admission;

/**
 * How many requests may run and wait in one process.
 *
 * @param running most requests that run at the same time: at least 1
 * @param queued most requests that wait: at least 0
 * @param queuedTokens most prompt tokens of all waiting requests together: at least 1. A single waiting request may be
 *     longer
 */
public record AdmissionLimits(int running, int queued, long queuedTokens) {
    public AdmissionLimits {
        if (running < 1) {
            throw new IllegalArgumentException("running is " + running + ", must be at least 1");
        }
        if (queued < 0) {
            throw new IllegalArgumentException("queued is " + queued + ", must not be negative");
        }
        if (queuedTokens < 1) {
            throw new IllegalArgumentException("queued-tokens is " + queuedTokens + ", must be at least 1");
        }
    }
}
