package io.speckv.kit.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a process's settings. They are read again when the file has changed.
 *
 * @param file null for no file, and then nothing can change
 */
public record SettingsSource<T>(
        SettingsLoader<T> loader, @Nullable Path file, Map<String, String> environment, List<String> flags) {
    public SettingsSource {
        environment = Map.copyOf(environment);
        flags = List.copyOf(flags);
    }

    /**
     * Returns the current settings of the layers.
     *
     * @throws SettingsException naming key, value, layer and rule
     */
    public LoadedSettings<T> load() {
        return loader.load(file, environment, flags);
    }

    /** As {@link #load()}, with {@code text} as the content of the file, which must not be null. */
    LoadedSettings<T> load(String text) {
        return loader.load(Objects.requireNonNull(file), text, environment, flags);
    }
}
