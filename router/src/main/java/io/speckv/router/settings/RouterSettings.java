package io.speckv.router.settings;

import io.speckv.http.connection.HttpSettings;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.settings.ByName;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.ChangedKeys;
import io.speckv.kit.settings.DurationText;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.SharedRoom;
import io.speckv.kit.telemetry.TelemetrySettings;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a router. The meaning, unit and default of every key are in {@code defaults.yaml}.
 *
 * @param models that requests can name, at least one, in the order of the file. A model under the empty name gets its name from
 *     its target
 * @param defaultModel answers requests that name none; null for the first
 */
public record RouterSettings(
        ServerSettings server,
        TelemetrySettings telemetry,
        @ByName Map<String, RoutedModelSettings> models,
        @Nullable String defaultModel,
        Streams streams,
        HttpSettings http,
        Duration describeEvery,
        Duration reloadEvery) {
    private static final int NAME_CHARACTERS_MOST = 128;
    private static final Set<String> OF_MODELS = Set.of("models", "default-model");

    public RouterSettings {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        requireNames(models);
        if (defaultModel != null && !models.containsKey(defaultModel)) {
            throw new IllegalArgumentException(
                    "default-model is " + defaultModel + ", must be one of models: " + models.keySet());
        }
        requireAboveZero("describe-every", describeEvery);
        requireAboveZero("reload-every", reloadEvery);
    }

    private static void requireAboveZero(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(key + " is " + DurationText.of(value) + ", must be above 0");
        }
    }

    /** Returns the loader that reads these settings from file, environment and flags. */
    public static SettingsLoader<RouterSettings> loader() {
        return SettingsLoader.withDefaults(
                RouterSettings.class,
                ServerSettings.DEFAULTS,
                TelemetrySettings.DEFAULTS,
                HttpSettings.DEFAULTS,
                "defaults.yaml");
    }

    private static void requireNames(Map<String, RoutedModelSettings> models) {
        Map<String, String> owners = new LinkedHashMap<>();
        models.keySet().forEach(name -> {
            requireLength("models", name, models.size() == 1 ? 0 : 1);
            owners.put(name, name);
        });
        models.forEach((name, model) -> model.aliases().forEach(alias -> {
            requireLength("aliases", alias, 1);
            String owner = owners.putIfAbsent(alias, name);
            if (owner != null) {
                throw new IllegalArgumentException(
                        "aliases of model '%s' hold '%s', which is a name of model '%s'".formatted(name, alias, owner));
            }
        }));
    }

    private static void requireLength(String key, String name, int least) {
        if (name.length() < least || name.length() > NAME_CHARACTERS_MOST) {
            throw new IllegalArgumentException("%s: the name '%s' has %d characters, must have 1 to %d"
                    .formatted(key, name, name.length(), NAME_CHARACTERS_MOST));
        }
    }

    /** Returns the keys outside of models whose values differ from those of {@code other}, each in full. */
    public List<String> differingFrom(RouterSettings other) {
        return ChangedKeys.between(other, this).stream()
                .filter(key -> !OF_MODELS.contains(key))
                .toList();
    }

    /** Returns the key in {@link #models} of the model that answers requests without a model name. */
    public String defaultName() {
        return defaultModel == null ? models.keySet().iterator().next() : defaultModel;
    }

    /**
     * How much a stream holds for a slow client before its answer pauses, and how long the client may read nothing.
     *
     * @param sharedOutbox additional bytes, for all streams together
     */
    public record Streams(int outboxMessages, ByteSize sharedOutbox, Duration slowConsumerTimeout) {
        public Streams {
            var unused = new OutboxLimits(outboxMessages, slowConsumerTimeout);
        }

        public OutboxLimits outbox() {
            return new OutboxLimits(outboxMessages, slowConsumerTimeout, new SharedRoom(sharedOutbox.bytes()));
        }
    }
}
