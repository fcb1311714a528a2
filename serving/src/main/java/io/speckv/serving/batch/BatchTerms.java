package io.speckv.serving.batch;

import io.speckv.kit.settings.DurationText;
import java.time.Duration;

/**
 * How an engine's thread divides its time, and when it counts as hung.
 *
 * @param decodeShare share of the engine's time for running requests while a prompt is prefilled, above 0 to 1
 * @param hangLimit longest time without progress: between two row blocks of a layer, or two rounds; 0 for no limit
 */
public record BatchTerms(double decodeShare, Duration hangLimit) {
    /**
     * Checks the ranges of both.
     *
     * @throws IllegalArgumentException naming the setting that is out of its range
     */
    public BatchTerms {
        if (!(decodeShare > 0 && decodeShare <= 1)) {
            throw new IllegalArgumentException("decode-share is " + decodeShare + ", must be above 0 and at most 1");
        }
        if (hangLimit.isNegative()) {
            throw new IllegalArgumentException("hang-limit is " + DurationText.of(hangLimit) + ", must be at least 0s");
        }
    }
}
