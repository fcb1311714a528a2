package io.speckv.kit.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The keys of a settings record, dotted and kebab-case, in declaration order. Nested records are groups of keys. */
final class KnownKeys {

    /** A key that takes a value. */
    record Leaf(boolean nullable, boolean secret) {}

    private final Map<String, Leaf> leaves = new LinkedHashMap<>();
    private final Map<String, Set<String>> groups = new LinkedHashMap<>();

    /** @param prefix of the record's keys: empty, or a group with its dot */
    KnownKeys(String prefix, Class<?> type) {
        groups.put(prefix, add(prefix, type));
    }

    private Set<String> add(String prefix, Class<?> type) {
        Set<String> names = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = kebab(component.getName());
            Class<?> entry = entryType(component);
            names.add(name);
            if (entry != null) {
                leaves.put(prefix + name, new Leaf(true, false));
                names.addAll(add(prefix, entry));
            } else if (isGroup(component.getType())) {
                groups.put(prefix + name + ".", add(prefix + name + ".", component.getType()));
            } else {
                leaves.put(prefix + name, new Leaf(nullable(component), component.isAnnotationPresent(Secret.class)));
            }
        }
        return names;
    }

    /** Returns every key that takes a value. */
    Map<String, Leaf> leaves() {
        return leaves;
    }

    boolean isGroup(String key) {
        return groups.containsKey(key + ".");
    }

    /** Returns the keys beside {@code key}, for messages about an unknown key. */
    String beside(String key) {
        String prefix = key.substring(0, key.lastIndexOf('.') + 1);
        Set<String> names = groups.get(prefix);
        if (names == null) {
            return beside(prefix.substring(0, prefix.length() - 1));
        }
        StringJoiner joiner = new StringJoiner(", ");
        names.forEach(name -> joiner.add(prefix + name));
        return joiner.toString();
    }

    /** Returns the record type of a map's entries if the component is marked {@link ByName}, and null for other components. */
    static @Nullable Class<?> entryType(RecordComponent component) {
        return component.isAnnotationPresent(ByName.class)
                        && component.getGenericType() instanceof ParameterizedType map
                        && map.getActualTypeArguments()[1] instanceof Class<?> type
                ? type
                : null;
    }

    static boolean isGroup(Class<?> type) {
        return type.isRecord() && type != ByteSize.class;
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
