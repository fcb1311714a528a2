package io.speckv.router.target;

import io.speckv.kit.telemetry.Metrics;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the router tolerates from targets.
 *
 * @param progress how long each stage may take
 * @param attempts targets that are tried, one after the other, while none has answered
 * @param timer measures the silence of targets
 */
public record TargetTerms(Progress progress, int attempts, ScheduledExecutorService timer, Metrics metrics) {
    /** Returns how long the first token may take. */
    Duration firstToken(int promptTokens) {
        return progress.firstToken().plus(progress.perPromptToken().multipliedBy(promptTokens));
    }
}
