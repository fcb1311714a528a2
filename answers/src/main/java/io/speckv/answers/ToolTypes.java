package io.speckv.answers;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tools that a request declares, and the types of their parameters. */
public final class ToolTypes {
    /** Declares no tool. */
    public static final ToolTypes NONE = new ToolTypes(Map.of());

    private static final int SCHEMAS_MOST = 1000;

    private final Map<String, Map<?, ?>> schemas;

    private ToolTypes(Map<String, Map<?, ?>> schemas) {
        this.schemas = schemas;
    }

    /** Types of JSON Schema, in the order in which a text is tried as each of them. */
    private enum Type {
        NULL,
        INTEGER,
        NUMBER,
        BOOLEAN,
        OBJECT,
        ARRAY,
        STRING;

        /** Returns the text as JSON of this type; empty if it is not of this type. */
        Optional<String> json(String text) {
            String bare = text.strip();
            return switch (this) {
                case NULL -> bare.equalsIgnoreCase("null") ? Optional.of("null") : Optional.empty();
                case INTEGER, NUMBER ->
                    JsonScalar.is(bare) && !Character.isLetter(bare.charAt(0)) ? Optional.of(bare) : Optional.empty();
                case BOOLEAN -> {
                    String word = bare.toLowerCase(Locale.ROOT);
                    yield word.equals("true") || word.equals("false") ? Optional.of(word) : Optional.empty();
                }
                case OBJECT -> JsonScanner.isObject(bare) ? Optional.of(bare) : Optional.empty();
                case ARRAY -> JsonScanner.isArray(bare) ? Optional.of(bare) : Optional.empty();
                case STRING -> Optional.of(JsonText.quoted(text));
            };
        }
    }

    /**
     * Returns the types of tools by name.
     *
     * @param schemas JSON Schemas of their parameters as plain values: maps, lists, texts, numbers; an empty map for a tool
     *     without a schema
     */
    public static ToolTypes of(Map<String, ? extends Map<?, ?>> schemas) {
        return new ToolTypes(new LinkedHashMap<>(schemas));
    }

    boolean declares(String tool) {
        return schemas.containsKey(tool);
    }

    /** Returns a parameter's text as JSON of the first of its types that fits; as a string if none fits. */
    String json(String tool, String parameter, String text) {
        Map<?, ?> schema = schemas.getOrDefault(tool, Map.of());
        Object properties = schema.get("properties");
        Object own = properties instanceof Map<?, ?> map ? map.get(parameter) : null;
        Set<Type> types = EnumSet.noneOf(Type.class);
        collect(own, schema, types, Collections.newSetFromMap(new IdentityHashMap<>()));
        return types.stream()
                .flatMap(type -> type.json(text).stream())
                .findFirst()
                .orElseGet(() -> JsonText.quoted(text));
    }

    /** @param seen schemas that were visited, since schemas may refer to themselves and to each other */
    private static void collect(@Nullable Object schema, Map<?, ?> root, Set<Type> types, Set<Object> seen) {
        if (!(schema instanceof Map<?, ?> map) || seen.size() >= SCHEMAS_MOST || !seen.add(map)) {
            return;
        }
        if (map.get("type") instanceof List<?> names) {
            names.forEach(name -> add(name, types));
        } else {
            add(map.get("type"), types);
        }
        for (String several : List.of("anyOf", "oneOf", "allOf")) {
            if (map.get(several) instanceof List<?> schemas) {
                schemas.forEach(one -> collect(one, root, types, seen));
            }
        }
        if (map.get("$ref") instanceof String reference) {
            collect(resolved(reference, root), root, types, seen);
        }
        if (types.isEmpty() && map.get("enum") instanceof List<?> values) {
            values.forEach(value -> types.add(typeOf(value)));
        }
        if (types.isEmpty() && map.containsKey("const")) {
            types.add(typeOf(map.get("const")));
        }
    }

    private static @Nullable Object resolved(String reference, Map<?, ?> root) {
        if (!reference.startsWith("#/")) {
            return null;
        }
        Object at = root;
        for (String step : reference.substring(2).split("/", -1)) {
            // A URI's escapes, then RFC 6901's, in this order.
            String key = unescaped(step).replace("~1", "/").replace("~0", "~");
            at = at instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return at;
    }

    private static String unescaped(String step) {
        try {
            return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return step; // a percent sign that escapes nothing
        }
    }

    private static void add(@Nullable Object name, Set<Type> types) {
        for (Type type : Type.values()) {
            if (name instanceof String text && type.name().equalsIgnoreCase(text)) {
                types.add(type);
            }
        }
    }

    private static Type typeOf(@Nullable Object value) {
        if (value == null) {
            return Type.NULL;
        }
        if (value instanceof Boolean) {
            return Type.BOOLEAN;
        }
        if (value instanceof Number) {
            return Type.NUMBER;
        }
        return value instanceof Map<?, ?> ? Type.OBJECT : value instanceof List<?> ? Type.ARRAY : Type.STRING;
    }
}
