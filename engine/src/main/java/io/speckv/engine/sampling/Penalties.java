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

    /** Returns the penalties after so much of the answer. */
    Now after(int[] generated) {
        Map<Integer, Integer> counts = new HashMap<>();
        if (settings.penalises()) {
            for (int token : generated) {
                counts.merge(token, 1, Integer::sum);
            }
        }
        return new Now(counts);
    }

    /** The penalties of one token's choice. */
    final class Now {
        private final Map<Integer, Integer> counts;

        private Now(Map<Integer, Integer> counts) {
            this.counts = counts;
        }

        /** Adds the tokens that are penalised. */
        void addTo(BitSet tokens) {
            tokens.or(inPrompt);
            counts.keySet().forEach(tokens::set);
        }

        /** Returns the repetition penalty of a token; 1 is none. */
        double repetition(int token) {
            return inPrompt.get(token) || counts.containsKey(token) ? settings.repetitionPenalty() : 1;
        }

        /** Returns what is subtracted from the logit of a token. */
        float subtracted(int token) {
            Integer count = counts.get(token);
            return count == null ? 0 : (float) (settings.presencePenalty() + count * settings.frequencyPenalty());
        }
    }
}
