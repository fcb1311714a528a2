package io.speckv.evals;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.method.Preset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a method and a budget become a method's settings: the budget first, then what the user set for that method.
 *
 * <p>A setting of a method that is a stage of the cascade as well holds for that stage where the stage has such a setting:
 * {@code speckv.window_size} does, {@code speckv.verify_lookahead} is about {@code speckv} alone.
 *
 * <p>The cascade has two budgets. The one it is compared by is that of its KV cache; SpecPC keeps twice as many tokens
 * before.
 *
 * @param overrides under a method's name, a dot and a key of the paper's files; those of {@code specpc} and {@code speckv}
 *     hold for the stages of the cascade as well
 */
public record MethodOverrides(Map<String, ? extends @Nullable Object> overrides) {
    private static final String CASCADE = "speckv-pc";
    private static final String CAPACITY = "max_capacity_prompt";
    private static final int CASCADE_PROMPT_FACTOR = 2;

    public MethodOverrides {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /**
     * Returns the method of {@code setting}.
     *
     * @throws InvalidSettingException naming the key, its value and the rule it breaks
     */
    public Method method(Setting setting) {
        return Methods.of(setting.name(), settings(setting));
    }

    /**
     * Returns every setting of the method of {@code setting}, defaults included, by the method's own keys.
     *
     * @throws InvalidSettingException as {@link #method} does
     */
    public Map<String, ? extends @Nullable Object> applied(Setting setting) {
        return Methods.applied(setting.name(), settings(setting));
    }

    /**
     * Returns normally if each of the user's settings is one of a method of the grid, or of a stage of one.
     *
     * @throws InvalidSettingException naming the first that is none
     */
    public void requireUsed(List<Setting> grid) {
        overrides.forEach((key, value) -> {
            if (grid.stream().noneMatch(setting -> settings(setting).containsKey(key))) {
                throw InvalidSettingException.of(
                        key,
                        value,
                        "is a setting of none of the methods "
                                + grid.stream().map(Setting::method).distinct().toList());
            }
        });
    }

    private Map<String, @Nullable Object> settings(Setting setting) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (setting.name().equals(CASCADE)) {
            settings.put("specpc." + CAPACITY, CASCADE_PROMPT_FACTOR * setting.budget());
            settings.put("speckv." + CAPACITY, setting.budget());
        } else if (setting.budget() != Setting.WHOLE_CACHE) {
            settings.put(CAPACITY, setting.budget());
        }
        if (setting.preset() != null) {
            settings.put(Preset.KEY, setting.preset());
        }
        settings.putAll(overrides);
        Map<String, @Nullable Object> all = new LinkedHashMap<>(settings);
        // What is said of the method itself stays, so that a wrong key of it is refused.
        settings.keySet()
                .removeIf(key -> overrides.containsKey(key)
                        && !key.startsWith(setting.name() + ".")
                        && !Methods.has(setting.name(), all, key));
        return settings;
    }
}
