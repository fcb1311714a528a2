package io.speckv.cli;

import io.speckv.kit.settings.ByName;
import io.speckv.kit.settings.LoadedSettings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The settings of a service as a table: keys and types from its record, defaults and meanings from its YAML. */
final class ConfigurationReference {
    private ConfigurationReference() {}

    /**
     * Returns the table.
     *
     * @param settings loaded with a flag for every key that has no default
     * @param documents the resources with the defaults, in the order in which they are read
     */
    static String table(Class<?> type, LoadedSettings<?> settings, List<String> documents) {
        Map<String, String> types = new LinkedHashMap<>();
        types(type, "", types);
        Map<String, String> meanings = new LinkedHashMap<>();
        documents.forEach(document -> meanings(type, document, meanings));
        StringBuilder table = new StringBuilder("| key | type | default | |\n|---|---|---|---|\n");
        for (LoadedSettings.Line line : settings.lines()) {
            table.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            line.key(),
                            types.getOrDefault(line.key(), ""),
                            line.origin().startsWith("flag") ? "required" : "`" + line.value() + "`",
                            meaning(line.key(), meanings).replace("|", "\\|")));
        }
        return table.toString();
    }

    /** Where a draft's key says nothing of its own, it means what the target's means. */
    private static String meaning(String key, Map<String, String> meanings) {
        String own = meanings.getOrDefault(key, "");
        return own.isEmpty() ? meanings.getOrDefault(key.replaceFirst("^draft\\.", "target."), "") : own;
    }

    private static void types(Class<?> type, String prefix, Map<String, String> types) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix
                    + component
                            .getName()
                            .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                            .toLowerCase(Locale.ROOT);
            if (component.isAnnotationPresent(ByName.class)
                    && component.getGenericType() instanceof ParameterizedType map
                    && map.getActualTypeArguments()[1] instanceof Class<?> entry) {
                types.put(key, "names, each with keys");
                types(entry, prefix, types);
            } else if (component.getType().isRecord()
                    && !component.getType().getSimpleName().equals("ByteSize")) {
                types(component.getType(), key + ".", types);
            } else {
                types.put(key, name(component.getType()));
            }
        }
    }

    private static String name(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class) {
            return "integer";
        }
        if (type == double.class) {
            return "number";
        }
        if (type == boolean.class) {
            return "boolean";
        }
        if (type == Duration.class) {
            return "duration";
        }
        return switch (type.getSimpleName()) {
            case "ByteSize" -> "size";
            case "Path" -> "path";
            case "List" -> "list";
            case "Map" -> "keys and values";
            default -> "text";
        };
    }

    /** Reads the comments above keys; a comment above a group is its first key's as far as that has none. */
    private static void meanings(Class<?> type, String resource, Map<String, String> meanings) {
        List<String> path = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        read(type, resource).lines().forEach(line -> {
            String text = line.strip();
            if (text.startsWith("#")) {
                comment.add(text.substring(1).strip());
                return;
            }
            int colon = text.indexOf(':');
            if (colon > 0) {
                int depth = (line.length() - line.stripLeading().length()) / 2;
                while (path.size() > depth) {
                    path.remove(path.size() - 1);
                }
                path.add(text.substring(0, colon));
                boolean isGroup = colon == text.length() - 1;
                boolean headOfFile = depth == 0 && comment.stream().anyMatch(words -> words.startsWith("Defaults of"));
                if (!isGroup) {
                    meanings.merge(
                            String.join(".", path),
                            String.join(" ", comment),
                            (old, mine) -> mine.isEmpty() ? old : mine);
                }
                if (!isGroup || headOfFile) {
                    comment.clear();
                }
            }
        });
    }

    private static String read(Class<?> type, String resource) {
        try (InputStream in = type.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
