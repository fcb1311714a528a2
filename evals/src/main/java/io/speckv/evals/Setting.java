package io.speckv.evals;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method with its budget.
 *
 * @param method name such as {@code speckv-pc}, followed by @ and a preset if one is applied: {@code speckv-pc@paper}
 * @param budget tokens or KV entries that the method keeps; {@link #WHOLE_CACHE} for methods that keep everything
 */
public record Setting(String method, int budget) {
    /** Name of the method that keeps everything. */
    public static final String FULL = "full";

    /** The budget of {@link #FULL}. */
    public static final int WHOLE_CACHE = 0;

    public Setting {
        if (method.isBlank() || budget < 0 || (budget == WHOLE_CACHE) != method.equals(FULL)) {
            throw new IllegalArgumentException("method '" + method + "' with budget " + budget
                    + " cannot be run: 'full' takes budget 0, every other method 1 or more");
        }
    }

    /** Returns the setting that keeps everything. */
    public static Setting fullCache() {
        return new Setting(FULL, WHOLE_CACHE);
    }

    /** Returns whether the method keeps everything. */
    public boolean keepsAll() {
        return method.equals(FULL);
    }

    /** Returns the method's own name. */
    public String name() {
        int at = method.indexOf('@');
        return at < 0 ? method : method.substring(0, at);
    }

    /** Returns the preset that is applied, or null for none. */
    public @Nullable String preset() {
        int at = method.indexOf('@');
        return at < 0 ? null : method.substring(at + 1);
    }

    /** Returns every method with every budget; {@code full} once. */
    public static List<Setting> grid(List<String> methods, List<Integer> budgets) {
        List<Setting> settings = new ArrayList<>();
        for (String method : methods) {
            if (method.equals(FULL)) {
                settings.add(new Setting(FULL, WHOLE_CACHE));
            } else {
                budgets.forEach(budget -> settings.add(new Setting(method, budget)));
            }
        }
        return settings;
    }
}
