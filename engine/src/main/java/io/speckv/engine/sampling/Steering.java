package io.speckv.engine.sampling;

import java.util.Set;
import java.util.TreeSet;

/**
 * The biases that a request adds to single logits, and the tokens that it forbids while its answer is too short. Both are
 * applied before penalties and filters, as in vLLM.
 */
final class Steering {
    private final SamplingSettings settings;
    private final Set<Integer> ends = new TreeSet<>();

    /**
     * @param endTokens of the model
     */
    Steering(SamplingSettings settings, Set<Integer> endTokens) {
        this.settings = settings;
        ends.addAll(settings.stopTokenIds());
        if (!settings.ignoreEos()) {
            ends.addAll(endTokens);
        }
    }

    /**
     * Returns the steered logits after {@code generatedTokens} tokens of the answer: a copy, or the same array if nothing
     * changes.
     */
    float[] apply(float[] logits, int generatedTokens) {
        boolean tooShort = generatedTokens < settings.minNewTokens() && !ends.isEmpty();
        if (!tooShort && settings.logitBias().isEmpty()) {
            return logits;
        }
        float[] steered = logits.clone();
        settings.logitBias().forEach((token, bias) -> steered[token] += bias);
        if (tooShort) {
            // Some models name end tokens that are not in their vocabulary.
            ends.stream()
                    .filter(token -> token < steered.length)
                    .forEach(token -> steered[token] = Float.NEGATIVE_INFINITY);
        }
        return steered;
    }
}
