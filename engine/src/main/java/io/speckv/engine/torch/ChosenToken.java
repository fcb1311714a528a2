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
     * @throws NonFiniteException if a logit is NaN, or the likeliest is infinite
     */
    public int orThrow() {
        if (!Float.isFinite(highest)) {
            throw new NonFiniteException("logits", token, highest);
        }
        return token;
    }
}
