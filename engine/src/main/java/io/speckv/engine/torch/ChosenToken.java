package io.speckv.engine.torch;

import io.speckv.engine.NonFiniteException;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.Optional;

/**
 * The token that a {@link DeviceSampler} chose for one row.
 *
 * @param token the token; the place of the highest logit if that is not finite
 * @param highest the highest logit, after the changes
 * @param logprobs empty if the draw asks for none
 */
public record ChosenToken(int token, float highest, Optional<TokenLogprobs> logprobs) {
    /**
     * Returns the token.
     *
     * @throws NonFiniteException if a logit is NaN, or the likeliest is infinite. A NaN that the changes hide counts only
     *     where log probabilities are wanted, which are those before the changes.
     */
    public int orThrow() {
        boolean unreported = logprobs.isPresent() && Float.isNaN(logprobs.get().logprob());
        if (!Float.isFinite(highest) || unreported) {
            throw new NonFiniteException("logits", token, unreported ? Float.NaN : highest);
        }
        return token;
    }
}
