package io.speckv.kit.settings;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The keys of a settings record with their effective values, and the record that they make. */
final class EffectiveKeys {
    /** Where a value is from that nobody set. */
    static final String DEFAULTS = "defaults";

    private static final Pattern NO_KEY = Pattern.compile("[^a-z0-9-]+");

    private final KnownKeys known;
    private final ObjectMapper mapper;
    private final Map<String, Layer.Entry> values = new LinkedHashMap<>();
    /** The entry of a map by name that the keys belong to, such as {@code models.small}; empty for the whole record. */
    private final String owner;

    private EffectiveKeys(KnownKeys known, ObjectMapper mapper, String owner) {
        this.known = known;
        this.mapper = mapper;
        this.owner = owner;
        known.leaves().keySet().forEach(key -> put(new Layer.Entry(key, NullNode.getInstance(), "nowhere")));
    }

    /**
     * Returns the effective keys of entries. Later entries win.
     *
     * @throws SettingsException if an entry has an unknown key
     */
    static EffectiveKeys of(KnownKeys known, ObjectMapper mapper, List<Layer.Entry> entries) {
        EffectiveKeys effective = new EffectiveKeys(known, mapper, "");
        entries.forEach(effective::set);
        return effective;
    }

    private void set(Layer.Entry entry) {
        if (known.isGroup(entry.key())) {
            throw new SettingsException(
                    "'%s' (%s) is a group of keys and takes no value".formatted(entry.key(), entry.origin()));
        }
        if (!known.leaves().containsKey(entry.key())) {
            throw new SettingsException("unknown key '%s' (%s); known keys: %s"
                    .formatted(entry.key(), entry.origin(), known.beside(entry.key())));
        }
        put(entry);
    }

    private void put(Layer.Entry entry) {
        values.put(entry.key(), entry);
    }

    Collection<Layer.Entry> entries() {
        return values.values();
    }

    /**
     * Returns the record.
     *
     * @throws SettingsException naming key, value, layer and rule
     */
    <T> T bind(Class<T> type) {
        return bind(tree(type, ""), type, "");
    }

    private <T> T bind(ObjectNode tree, Class<T> type, String prefix) {
        try {
            return mapper.treeToValue(tree, type);
        } catch (JsonMappingException e) {
            throw new SettingsException(explain(e, prefix), e);
        } catch (IOException e) {
            throw new SettingsException("settings cannot be read: " + e.getMessage(), e);
        }
    }

    private ObjectNode tree(Class<?> type, String prefix) {
        ObjectNode tree = mapper.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = KnownKeys.kebab(component.getName());
            String key = prefix + name;
            Class<?> entryType = KnownKeys.entryType(component);
            if (entryType != null) {
                tree.set(name, byName(entryType, prefix, entry(key)));
            } else if (KnownKeys.isGroup(component.getType())) {
                tree.set(name, tree(component.getType(), key + "."));
            } else {
                tree.set(name, required(entry(key)));
            }
        }
        return tree;
    }

    private Layer.Entry entry(String key) {
        Layer.Entry entry = values.get(key);
        if (entry == null) {
            throw new IllegalStateException("no key " + key);
        }
        return entry;
    }

    private JsonNode required(Layer.Entry entry) {
        KnownKeys.Leaf leaf = known.leaves().get(entry.key());
        if (entry.value().isNull() && (leaf == null || !leaf.nullable())) {
            throw new SettingsException("key '%s'%s has no value%s"
                    .formatted(
                            entry.key(),
                            owner.isEmpty() ? "" : " of " + owner,
                            entry.origin().equals(DEFAULTS)
                                    ? "; give it one in the settings file or with --" + entry.key() + "="
                                    : " (set " + entry.origin() + ")"));
        }
        if (entry.value().isArray() && hasEmpty(entry.value())) {
            throw new SettingsException("'%s' is %s (%s), must be a list without empty entries"
                    .formatted(entry.key(), shown(entry), entry.origin()));
        }
        return entry.value();
    }

    private static boolean hasEmpty(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).anyMatch(JsonNode::isNull);
    }

    /**
     * Returns the records of a map by name. Keys that a record does not set get the values of the keys after {@code prefix}.
     */
    private ObjectNode byName(Class<?> type, String prefix, Layer.Entry named) {
        ObjectNode map = mapper.createObjectNode();
        if (!named.value().isNull() && !named.value().isObject()) {
            throw new SettingsException("'%s' is %s (%s), must hold names, each with its keys"
                    .formatted(named.key(), named.value(), named.origin()));
        }
        if (named.value().isEmpty()) {
            return map.set("", valid(type, prefix));
        }
        named.value().properties().forEach(member -> {
            EffectiveKeys own =
                    new EffectiveKeys(new KnownKeys(prefix, type), mapper, named.key() + "." + member.getKey());
            own.values.replaceAll((key, unset) -> entry(key));
            String origin = own.owner + " of " + named.origin();
            Layer.keys(prefix, member.getValue(), origin, own.known).forEach(own::set);
            map.set(member.getKey(), own.valid(type, prefix));
        });
        return map;
    }

    /** Returns the record's tree after checking that it binds, because here the error can name the keys. */
    private ObjectNode valid(Class<?> type, String prefix) {
        ObjectNode tree = tree(type, prefix);
        var unused = bind(tree, type, prefix);
        return tree;
    }

    /** Tells what failed, then value and layer of each key that may be the cause, without defaults. */
    private String explain(JsonMappingException e, String prefix) {
        String inside = e.getPath().stream()
                .map(reference -> reference.getFieldName() == null ? "" : reference.getFieldName())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining("."));
        String path = prefix + inside;
        Throwable cause = e.getCause() instanceof IllegalArgumentException illegal ? illegal : e;
        String what = cause == e ? WantedForm.explain(e, mapper) : String.valueOf(cause.getMessage());
        boolean named = values.keySet().stream().anyMatch(key -> isNamed(key, what));
        String blamed = values.values().stream()
                .filter(entry -> (inside.isEmpty() && (!named || isNamed(entry.key(), what)))
                        || entry.key().equals(path)
                        || path.startsWith(entry.key() + ".")
                        || entry.key().startsWith(path + "."))
                .filter(entry -> entry.key().equals(path) || !entry.origin().equals(DEFAULTS))
                .map(entry -> "%s = %s (%s)".formatted(entry.key(), shown(entry), entry.origin()))
                .collect(Collectors.joining(", "));
        if (blamed.isEmpty()) {
            return path.isEmpty() ? what : path + ": " + what;
        }
        return what + "; set: " + blamed;
    }

    /** Whether a rule over many keys speaks of this one. */
    private static boolean isNamed(String key, String rule) {
        return Arrays.asList(NO_KEY.split(rule, -1)).contains(key.substring(key.lastIndexOf('.') + 1));
    }

    /** Returns a value as JSON, masked if it is a secret. */
    String shown(Layer.Entry entry) {
        KnownKeys.Leaf leaf = known.leaves().get(entry.key());
        JsonNode value = entry.value();
        return leaf != null && leaf.secret() && !value.isNull() ? LoadedSettings.MASK : value.toString();
    }
}
