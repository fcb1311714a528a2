package io.speckv.router.target;

import io.speckv.kit.settings.DurationText;
import java.time.Duration;

/**
 * How long a target that is connected may be silent.
 *
 * @param firstToken from the call to its first token, time in its queue included
 * @param perPromptToken added for each token of the prompt
 * @param betweenTokens after the first one
 */
public record Progress(Duration firstToken, Duration perPromptToken, Duration betweenTokens) {
    public Progress {
        if (firstToken.toMillis() < 1 || betweenTokens.toMillis() < 1 || perPromptToken.isNegative()) {
            throw new IllegalArgumentException("first-token is %s, between-tokens %s and per-prompt-token %s;"
                            .formatted(
                                    DurationText.of(firstToken),
                                    DurationText.of(betweenTokens),
                                    DurationText.of(perPromptToken))
                    + " the first two must be at least 1ms, the last one not negative");
        }
    }
}
