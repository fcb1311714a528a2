package io.speckv.kit.admission;

/**
 * The keys of a queue whose places are set: how many requests run and wait.
 *
 * @param running requests that run at the same time, at least 1
 * @param requests that wait, at least 0
 * @param promptTokens that wait, all requests together: at least 1
 */
public record QueueSettings(int running, int requests, long promptTokens) {
    public QueueSettings {
        var unused = new AdmissionLimits(running, requests, promptTokens);
    }

    /** Returns what an {@link Admission} takes. */
    public AdmissionLimits limits() {
        return new AdmissionLimits(running, requests, promptTokens);
    }
}
