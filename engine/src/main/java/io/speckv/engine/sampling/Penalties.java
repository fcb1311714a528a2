package io.speckv.engine.sampling;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes tokens that occurred before less likely, or more likely.
 *
 * <p>Source: the repetition penalty is that of Keskar et al. 2019 (arXiv:1909.05858), applied to prompt and answer as in
 * Hugging Face. Presence and frequency penalties are OpenAI's, applied to the answer alone and after the repetition penalty,
 * as in vLLM.
 */
final class Penalties {
    private final SamplingSettings settings;
    private final BitSet inPrompt = new BitSet();

    Penalties(SamplingSettings settings, int[] prompt) {
        this.settings = settings;
        if (settings.repetitionPenalty() != 1) {
            for (int token : prompt) {
                inPrompt.set(token);
            }
        }
    }

    /** Returns the penalised logits: a copy, or the same array if nothing changes. */
    float[] apply(float[] logits, int[] generated) {
        if (!settings.penalises()) {
            return logits;
        }
        Map<Integer, Integer> counts = new HashMap<>();
        for (int token : generated) {
            counts.merge(token, 1, Integer::sum);
        }
        float[] penalised = logits.clone();
        if (settings.repetitionPenalty() != 1) {
            for (int token = inPrompt.nextSetBit(0); token >= 0; token = inPrompt.nextSetBit(token + 1)) {
                repeat(penalised, token);
            }
            counts.keySet().stream().filter(token -> !inPrompt.get(token)).forEach(token -> repeat(penalised, token));
        }
        counts.forEach((token, count) ->
                penalised[token] -= (float) (settings.presencePenalty() + count * settings.frequencyPenalty()));
        return penalised;
    }

    private void repeat(float[] logits, int token) {
        double penalty = settings.repetitionPenalty();
        logits[token] = (float) (logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty);
    }
}
