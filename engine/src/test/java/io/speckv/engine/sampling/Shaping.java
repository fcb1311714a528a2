package io.speckv.engine.sampling;

import java.util.List;
import java.util.Set;

/** Settings in which a test says only what it is about. */
record Shaping(
        double temperature, int topK, double topP, double minP, double repetition, double presence, double frequency) {
    static final Shaping NONE = new Shaping(1, 0, 1, 0, 1, 0, 0);

    Shaping temperature(double value) {
        return new Shaping(value, topK, topP, minP, repetition, presence, frequency);
    }

    Shaping topK(int value) {
        return new Shaping(temperature, value, topP, minP, repetition, presence, frequency);
    }

    Shaping topP(double value) {
        return new Shaping(temperature, topK, value, minP, repetition, presence, frequency);
    }

    Shaping minP(double value) {
        return new Shaping(temperature, topK, topP, value, repetition, presence, frequency);
    }

    Shaping penalties(double newRepetition, double newPresence, double newFrequency) {
        return new Shaping(temperature, topK, topP, minP, newRepetition, newPresence, newFrequency);
    }

    SamplingSettings settings() {
        return new SamplingSettings(
                temperature, topK, topP, minP, repetition, presence, frequency, 1L, 100, List.of(), Set.of(), false, 2);
    }

    Sampler sampler(int... prompt) {
        return new Sampler(settings(), 0, prompt, Set.of());
    }
}
