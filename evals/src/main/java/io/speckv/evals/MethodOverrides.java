package io.speckv.evals;

import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a method and a budget become a method's settings: the budget first, then what the user set for that method.
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
     * @throws io.speckv.selection.InvalidSettingException naming the key, its value and the rule it breaks
     */
    public Method method(Setting setting) {
        return Methods.of(setting.method(), settings(setting));
    }

    /**
     * Returns every setting of the method of {@code setting}, defaults included, by the method's own keys.
     *
     * @throws io.speckv.selection.InvalidSettingException as {@link #method} does
     */
    public Map<String, ? extends @Nullable Object> applied(Setting setting) {
        return Methods.applied(setting.method(), settings(setting));
    }

    private Map<String, @Nullable Object> settings(Setting setting) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (setting.method().equals(CASCADE)) {
            settings.put("specpc." + CAPACITY, CASCADE_PROMPT_FACTOR * setting.budget());
            settings.put("speckv." + CAPACITY, setting.budget());
        } else if (setting.budget() != Setting.WHOLE_CACHE) {
            settings.put(CAPACITY, setting.budget());
        }
        settings.putAll(overrides);
        return settings;
    }
}
