package io.speckv.kit.settings;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
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

    KnownKeys(Class<?> type) {
        add("", type);
    }

    private void add(String prefix, Class<?> type) {
        Map<String, Leaf> members = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = kebab(component.getName());
            members.put(name, new Leaf(nullable(component), component.isAnnotationPresent(Secret.class)));
            if (isGroup(component.getType())) {
                add(prefix + name + ".", component.getType());
            } else {
                leaves.put(prefix + name, members.getOrDefault(name, new Leaf(false, false)));
            }
        }
        groups.put(prefix, members.keySet());
    }

    /** Every key that takes a value. */
    Map<String, Leaf> leaves() {
        return leaves;
    }

    boolean isGroup(String key) {
        return groups.containsKey(key + ".");
    }

    /** Returns the keys that stand beside {@code key}, for messages about an unknown one. */
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

    private static boolean isGroup(Class<?> type) {
        return type.isRecord() && type != ByteSize.class;
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
