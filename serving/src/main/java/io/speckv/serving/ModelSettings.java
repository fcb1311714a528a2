package io.speckv.serving;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model that is served, and how it is computed. Meaning, unit and default of every key stand in {@link #DEFAULTS}.
 *
 * @param folder in Hugging Face's layout, with {@code tokenizer.json}
 * @param name that clients see, 1 to 128 characters, or null for the folder's
 * @param device {@code cpu} or {@code gpu:N}
 * @param dtype {@code auto}, {@code fp32}, {@code bf16} or {@code int8}
 * @param kernels {@code auto} or {@code plain}
 * @param cpuThreads threads that compute one operator on the CPU, or 0 for as many as there are processors
 * @param rowBlock prompt rows between two checks for cancellation, at least 1
 */
public record ModelSettings(
        Path folder, @Nullable String name, String device, String dtype, String kernels, int cpuThreads, int rowBlock) {
    /** Resource with the defaults, for {@code SettingsLoader.withDefaults}; they set the component named "model". */
    public static final String DEFAULTS = "/io/speckv/serving/defaults.yaml";

    private static final int NAME_MOST = 128;

    public ModelSettings {
        if (name != null && (name.isEmpty() || name.length() > NAME_MOST)) {
            throw new IllegalArgumentException(
                    "name has " + name.length() + " characters, must have 1 to " + NAME_MOST);
        }
        optionsOf(device, dtype, kernels, cpuThreads, rowBlock);
    }

    /** Returns the options with which the engine opens the model. */
    public ModelOptions options() {
        return optionsOf(device, dtype, kernels, cpuThreads, rowBlock);
    }

    /** Returns the name that clients see. */
    public String servedName() {
        return name == null ? String.valueOf(folder.toAbsolutePath().normalize().getFileName()) : name;
    }

    private static ModelOptions optionsOf(String device, String dtype, String kernels, int cpuThreads, int rowBlock) {
        return new ModelOptions(
                DeviceName.parse(device), Precision.parse(dtype), Kernels.parse(kernels), cpuThreads, rowBlock, null);
    }
}
