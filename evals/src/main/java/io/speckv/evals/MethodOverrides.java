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
 * Turns a method and a budget into the method's settings: first the budget, then the user's settings for that method.
 *
 * <p>A setting of a method that is also a stage of the cascade applies to that stage if the stage has such a setting:
 * {@code speckv.window_size} does, {@code speckv.verify_lookahead} applies only to {@code speckv}.
 *
 * <p>The cascade has two budgets. The budget of a setting is that of its KV cache; SpecPC before it keeps twice as many tokens.
 *
 * @param overrides by a method's name, a dot and a key of the paper's files; those of {@code specpc} and {@code speckv} apply
 *     to the stages of the cascade as well
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
     * Returns normally if each of the user's settings belongs to a method of the grid, or to a stage of one.
     *
     * @throws InvalidSettingException naming the first one that does not
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
        // Settings of the method itself stay, so that a wrong key among them is refused.
        settings.keySet()
                .removeIf(key -> overrides.containsKey(key)
                        && !key.startsWith(setting.name() + ".")
                        && !Methods.has(setting.name(), all, key));
        return settings;
    }
}
