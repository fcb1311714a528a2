package io.speckv.selection.method;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that say how much stays. There are three kinds, of which a method has one: a count, a share, shares by length. */
public final class BudgetKeys {
    static final String RATE = "keep_rate";
    static final String RATE_BY_LENGTH = "keep_rate_by_length";
    /** Of counts, which a share of the mass may bound. */
    private static final List<String> COUNTS = List.of("max_capacity_prompt", "score_mass", "floor", "cap");

    private static final List<List<String>> KINDS = List.of(COUNTS, List.of(RATE), List.of(RATE_BY_LENGTH));

    private BudgetKeys() {}

    /** Returns the keys with a value that cannot stand beside the key of a share; empty where there are none. */
    static List<String> beside(String share, Map<String, ? extends @Nullable Object> values) {
        return KINDS.stream()
                .filter(kind -> !kind.contains(share))
                .flatMap(List::stream)
                .filter(key -> values.get(key) != null)
                .toList();
    }

    /** Returns {@code base} without its budget where {@code over}, which is to be laid over it, has one of another kind. */
    public static Map<String, @Nullable Object> givingWayTo(
            Map<String, ? extends @Nullable Object> over, Map<String, ? extends @Nullable Object> base) {
        Map<String, @Nullable Object> left = new LinkedHashMap<>(base);
        for (List<String> kind : KINDS) {
            if (kind.stream().anyMatch(key -> over.get(key) != null)) {
                KINDS.stream().filter(other -> other != kind).forEach(left.keySet()::removeAll);
                // A curve is one value: its points are not those of two.
                left.remove(RATE_BY_LENGTH);
            }
        }
        return left;
    }
}
