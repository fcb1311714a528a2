package io.speckv.draft;

import io.speckv.draft.speculation.SpeculationBounds;
import io.speckv.engine.ModelOptions;
import io.speckv.kit.admission.AdmissionLimits;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.telemetry.TelemetrySettings;
import io.speckv.serving.ModelSettings;
import io.speckv.serving.batch.BatchTerms;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a draft service. Meaning, unit and default of every key stand in {@code defaults.yaml}.
 *
 * @param prefixCache most bytes of known prefixes; 0 for none
 * @param decodeShare share of the engine's time for running lookahead while a prompt is prefilled, above 0 to 1
 * @param hangLimit longest time that the engine may make no progress; 0 for no limit
 */
public record DraftSettings(
        ServerSettings server,
        TelemetrySettings telemetry,
        ModelSettings model,
        Vocabulary vocabulary,
        ByteSize prefixCache,
        Classifier classifier,
        Limits limits,
        SpeculationBounds continuing,
        Queue queue,
        double decodeShare,
        Duration hangLimit) {

    public DraftSettings {
        var unused = new BatchTerms(decodeShare, hangLimit);
    }

    /** Returns how the engine's thread divides its time, and when it counts as hung. */
    BatchTerms batchTerms() {
        return new BatchTerms(decodeShare, hangLimit);
    }

    /** Returns a loader that reads these settings from file, environment and flags. */
    public static SettingsLoader<DraftSettings> loader() {
        return SettingsLoader.withDefaults(
                DraftSettings.class,
                ServerSettings.DEFAULTS,
                TelemetrySettings.DEFAULTS,
                ModelSettings.DEFAULTS,
                "defaults.yaml");
    }

    /** The tokens that the lookahead may consist of; {@code file} is null for all tokens. */
    public record Vocabulary(@Nullable Path file) {}

    /** Returns the options with which the engine opens the draft model. */
    ModelOptions modelOptions() {
        return model.options().withHeadTokens(vocabulary.file());
    }

    /** The token classifier besides the draft; {@code folder} is null for none. */
    public record Classifier(@Nullable Path folder) {}

    /**
     * What one request may ask for.
     *
     * @param promptTokens at least 1
     * @param lookaheadTokens including those that scoring needs, at least 1
     * @param slowConsumerTimeout above 0
     */
    public record Limits(int promptTokens, int lookaheadTokens, Duration slowConsumerTimeout) {
        public Limits {
            requireAtLeastOne("prompt-tokens", promptTokens);
            requireAtLeastOne("lookahead-tokens", lookaheadTokens);
            var unused = new OutboxLimits(1, slowConsumerTimeout);
        }
    }

    /**
     * How many requests may run and wait.
     *
     * @param running requests at the same time, each with its own cache; null for as many as fit in memory
     * @param requests that may wait
     * @param promptTokens of all waiting requests together, at most
     */
    public record Queue(@Nullable Integer running, int requests, long promptTokens) {
        public Queue {
            var unused = new AdmissionLimits(running == null ? 1 : running, requests, promptTokens);
        }

        AdmissionLimits admission(int slots) {
            return new AdmissionLimits(slots, requests, promptTokens);
        }
    }

    private static void requireAtLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " is " + value + ", must be at least 1");
        }
    }
}
