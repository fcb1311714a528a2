package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Jinja's filters by name. The value to filter is the first argument. */
final class Filters {
    /** A filter; the scope is for those that call others. */
    @FunctionalInterface
    interface Filter {
        Object apply(Object value, Arguments arguments, Work work);
    }

    private static final Map<String, Filter> ALL = new TreeMap<>();

    static {
        TextFilters.addTo(ALL);
        NumberFilters.addTo(ALL);
        collections();
        SequenceFilters.addTo(ALL);
        FilterArguments.requireSaid(ALL.keySet());
        ALL.replaceAll((name, filter) -> (value, arguments, work) -> {
            FilterArguments.require(name, arguments);
            return filter.apply(value, arguments, work);
        });
    }

    private Filters() {}

    static Filter named(String name) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new JinjaException("No filter named '" + name + "'.");
        }
        return filter;
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    static boolean isKnown(String name) {
        return ALL.containsKey(name);
    }

    private static void collections() {
        for (String name : List.of("count", "length")) {
            ALL.put(name, (value, arguments, work) -> (long) Values.length(value));
        }
        for (String name : List.of("d", "default")) {
            ALL.put(
                    name,
                    (value, arguments, work) ->
                            value instanceof Undefined || (arguments.flag(1, "boolean", false) && !Values.truth(value))
                                    ? arguments.get(0, "default_value", "")
                                    : value);
        }
        ALL.put("attr", (value, arguments, work) -> {
            Values.requireDefined(value);
            Object found = JinjaMethods.find(value, arguments.text(0, "name"));
            return found == null ? Undefined.name(arguments.text(0, "name")) : found;
        });
        ALL.put("items", (value, arguments, work) -> {
            if (value instanceof Undefined) {
                return new ArrayList<>();
            }
            if (value instanceof Map<?, ?> map) {
                return items(map);
            }
            throw new JinjaException("Can only get item pairs from a mapping.");
        });
        ALL.put("list", (value, arguments, work) -> new ArrayList<>(Values.list(value)));
        ALL.put("reverse", (value, arguments, work) -> {
            if (value instanceof String text) {
                return new StringBuilder(text).reverse().toString();
            }
            List<Object> reversed = new ArrayList<>(Values.list(value));
            Collections.reverse(reversed);
            return reversed;
        });
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) ->
                items.add(Tuple.of(Objects.requireNonNull((Object) key), Objects.requireNonNull((Object) value))));
        return items;
    }
}
