package io.speckv.kit.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The layers that a process reads its settings from, to be read once more when the file has changed.
 *
 * @param file null where there is none, and nothing can change
 */
public record SettingsSource<T>(
        SettingsLoader<T> loader, @Nullable Path file, Map<String, String> environment, List<String> flags) {
    public SettingsSource {
        environment = Map.copyOf(environment);
        flags = List.copyOf(flags);
    }

    /**
     * Returns what the layers give now.
     *
     * @throws SettingsException naming key, value, layer and rule
     */
    public LoadedSettings<T> load() {
        return loader.load(file, environment, flags);
    }

    /** As {@link #load()}, where the file that must be there says {@code text}. */
    LoadedSettings<T> load(String text) {
        return loader.load(Objects.requireNonNull(file), text, environment, flags);
    }
}
