package io.speckv.enginetarget;

import io.speckv.engineclient.EngineConnection;
import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.kit.admission.QueueSettings;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.server.ThisMachine;
import io.speckv.kit.settings.DurationText;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.stream.StreamSettings;
import io.speckv.kit.telemetry.TelemetrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a target over another engine. The meaning, unit and default of every key are in {@code defaults.yaml}.
 *
 * @param tokenizer folder of the engine's model; only the tokenizer and generation_config.json are read
 * @param name that clients see, or null for the engine's own
 */
public record EngineTargetSettings(
        ServerSettings server,
        TelemetrySettings telemetry,
        Engine engine,
        Path tokenizer,
        @Nullable String name,
        Patience patience,
        Limits limits,
        QueueSettings queue,
        StreamSettings streams) {

    /** Returns the loader that reads these settings from file, environment and flags. */
    public static SettingsLoader<EngineTargetSettings> loader() {
        return SettingsLoader.withDefaults(
                EngineTargetSettings.class, ServerSettings.DEFAULTS, TelemetrySettings.DEFAULTS, "defaults.yaml");
    }

    /**
     * The engine and its connection.
     *
     * @param dialect {@code auto}, or a kind of engine
     * @param model its name there, or null for the first one that it lists
     * @param lookEvery how often it is asked what it serves
     */
    public record Engine(
            String url,
            String dialect,
            @Nullable String model,
            @Nullable Path keyFile,
            boolean allowPlaintext,
            @Nullable Path trustedCertificates,
            Duration connectTimeout,
            Duration lookEvery) {
        private static final String AUTO = "auto";

        public Engine {
            EngineConnection way = connection(url, keyFile, trustedCertificates, connectTimeout);
            if (!allowPlaintext) {
                way.requireNotOpenToTheNetwork(ThisMachine::isMeantBy);
            }
            if (!dialect.equals(AUTO) && Dialects.of(dialect).isEmpty()) {
                throw new IllegalArgumentException(
                        "dialect is " + dialect + ", must be auto or one of " + Dialects.kinds());
            }
            if (lookEvery.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "look-every is " + DurationText.of(lookEvery) + ", must be at least 1ms");
            }
        }

        EngineConnection connection() {
            return connection(url, keyFile, trustedCertificates, connectTimeout);
        }

        /** Returns the configured kind of engine; empty if the engine is to be asked. */
        Optional<Dialect> setDialect() {
            return Dialects.of(dialect);
        }

        private static EngineConnection connection(
                String url, @Nullable Path keyFile, @Nullable Path authorities, Duration connectTimeout) {
            return new EngineConnection(EngineConnection.address(url), keyFile, authorities, connectTimeout);
        }
    }

    /**
     * Limits of one request.
     *
     * @param contextTokens of prompt and answer together; null for the engine's own limit
     */
    public record Limits(
            int promptTokens, int newTokens, @Nullable Integer contextTokens) {
        public Limits {
            requireAtLeast(1, "prompt-tokens", promptTokens);
            requireAtLeast(1, "new-tokens", newTokens);
            if (contextTokens != null) {
                requireAtLeast(2, "context-tokens", contextTokens);
            }
        }

        private static void requireAtLeast(int least, String key, int value) {
            if (value < least) {
                throw new IllegalArgumentException(key + " is " + value + ", must be at least " + least);
            }
        }
    }
}
