package io.speckv.selection.method;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that set how much stays. A method uses one of three kinds: a count, a share, or shares by length. */
public final class BudgetKeys {
    static final String RATE = "keep_rate";
    static final String RATE_BY_LENGTH = "keep_rate_by_length";
    /** The keys of counts. A share of the mass may stand between two counts. */
    private static final List<String> COUNTS = List.of("max_capacity_prompt", "score_mass", "floor", "cap");

    private static final List<List<String>> KINDS = List.of(COUNTS, List.of(RATE), List.of(RATE_BY_LENGTH));

    private BudgetKeys() {}

    /** Returns the keys with a value that exclude the key {@code share}; empty if there are none. */
    static List<String> beside(String share, Map<String, ? extends @Nullable Object> values) {
        return KINDS.stream()
                .filter(kind -> !kind.contains(share))
                .flatMap(List::stream)
                .filter(key -> values.get(key) != null)
                .toList();
    }

    /** Returns {@code base} without its budget if {@code over}, which will override it, has a budget of another kind. */
    public static Map<String, @Nullable Object> givingWayTo(
            Map<String, ? extends @Nullable Object> over, Map<String, ? extends @Nullable Object> base) {
        Map<String, @Nullable Object> left = new LinkedHashMap<>(base);
        for (List<String> kind : KINDS) {
            if (kind.stream().anyMatch(key -> over.get(key) != null)) {
                KINDS.stream().filter(other -> other != kind).forEach(left.keySet()::removeAll);
                // A curve is one value. The points of two curves must not be mixed.
                left.remove(RATE_BY_LENGTH);
            }
        }
        return left;
    }
}
