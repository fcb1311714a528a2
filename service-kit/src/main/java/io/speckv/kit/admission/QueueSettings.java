package io.speckv.kit.admission;

/**
 * The keys of a queue with a fixed number of places: how many requests may run and wait.
 *
 * @param running requests that run at the same time, at least 1
 * @param requests that may wait, at least 0
 * @param promptTokens of all waiting requests together, at most; at least 1
 */
public record QueueSettings(int running, int requests, long promptTokens) {
    public QueueSettings {
        var unused = new AdmissionLimits(running, requests, promptTokens);
    }

    /** Returns the limits for an {@link Admission}. */
    public AdmissionLimits limits() {
        return new AdmissionLimits(running, requests, promptTokens);
    }
}
