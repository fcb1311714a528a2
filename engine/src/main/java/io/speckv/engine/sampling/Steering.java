package io.speckv.engine.sampling;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes single tokens likelier, less likely or impossible: the biases that a request adds to logits and the tokens that it
 * forbids while its answer is too short, and after these {@linkplain Penalties its penalties}, in vLLM's order.
 */
final class Steering {
    private final SamplingSettings settings;
    private final Penalties penalties;
    private final Set<Integer> ends = new TreeSet<>();

    /**
     * @param prompt tokens before the answer
     * @param endTokens of the model
     */
    Steering(SamplingSettings settings, int[] prompt, Set<Integer> endTokens) {
        this.settings = settings;
        this.penalties = new Penalties(settings, prompt);
        ends.addAll(settings.stopTokenIds());
        if (!settings.ignoreEos()) {
            ends.addAll(endTokens);
        }
    }

    /** Returns what changes before the next token is chosen, after so much of the answer. */
    LogitChanges changes(int[] generated) {
        boolean tooShort = generated.length < settings.minNewTokens() && !ends.isEmpty();
        if (!tooShort && settings.logitBias().isEmpty() && !settings.penalises()) {
            return LogitChanges.NONE;
        }
        Penalties.Now penalised = penalties.after(generated);
        BitSet changed = new BitSet();
        penalised.addTo(changed);
        settings.logitBias().keySet().forEach(changed::set);
        if (tooShort) {
            ends.forEach(changed::set);
        }
        return changes(changed.stream().toArray(), tooShort ? ends : Set.of(), penalised);
    }

    private LogitChanges changes(int[] tokens, Set<Integer> forbidden, Penalties.Now penalised) {
        Map<Integer, Float> biases = settings.logitBias();
        float[] added = new float[tokens.length];
        double[] repetitions = new double[tokens.length];
        float[] subtracted = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            added[i] = forbidden.contains(tokens[i]) ? Float.NEGATIVE_INFINITY : biases.getOrDefault(tokens[i], 0f);
            repetitions[i] = penalised.repetition(tokens[i]);
            subtracted[i] = penalised.subtracted(tokens[i]);
        }
        return new LogitChanges(tokens, added, repetitions, subtracted);
    }
}
