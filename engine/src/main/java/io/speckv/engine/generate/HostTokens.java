package io.speckv.engine.generate;

import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are chosen on the host, each when it is asked for.
 *
 * @param logits after each row {@code [rows][vocabSize]}, borrowed
 * @param sampler reports log probabilities; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one step and is never compared.
record HostTokens(
        float[][] logits, TokenChoice choice, @Nullable Sampler sampler) implements NextTokens {
    @Override
    public int token(int row, int[] generated) {
        return choice.choose(logits[row], generated);
    }

    @Override
    public Optional<TokenLogprobs> logprobs(int row, int token) {
        return sampler == null ? Optional.empty() : sampler.logprobs(logits[row], token);
    }
}
