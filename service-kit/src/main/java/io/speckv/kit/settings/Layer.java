package io.speckv.kit.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values of one source, not yet checked against the known keys. */
final class Layer {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String ENVIRONMENT_PREFIX = "SPECKV_";
    /** Variables that the launcher and the container tests read. They are no settings of a service. */
    private static final Set<String> OTHERS = Set.of("SPECKV_JAVA_OPTS", "SPECKV_BASE_IMAGE");
    /** Variables that Kubernetes adds to a pod's environment for a service called "speckv-...". */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "[A-Z0-9]+(_[A-Z0-9]+)*_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT_\\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)");

    /** One key with the value that a source set. */
    record Entry(String key, JsonNode value, String origin) {}

    private Layer() {}

    /** Returns the entries of a YAML document; an empty document has none. */
    static List<Entry> yaml(String text, String origin, KnownKeys known) {
        return keys("", parse(text, origin), origin, known);
    }

    /** Returns the entries of a YAML block, each key after {@code prefix}; an empty block has none. */
    static List<Entry> keys(String prefix, JsonNode block, String origin, KnownKeys known) {
        List<Entry> entries = new ArrayList<>();
        if (block.isNull() || block.isMissingNode()) {
            return entries;
        }
        if (!(block instanceof ObjectNode)) {
            throw new SettingsException(origin + " does not hold keys and values");
        }
        flatten(prefix, block, origin, known, entries);
        return entries;
    }

    static List<Entry> file(Path file, KnownKeys known) {
        try {
            return yaml(Files.readString(file), "file " + file, known);
        } catch (NoSuchFileException e) {
            throw new SettingsException("cannot read settings file " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new SettingsException("cannot read settings file " + file + ": " + e, e);
        }
    }

    /** Returns the entries of variables such as {@code SPECKV_LISTEN__PORT}: "__" separates levels, "_" stands for a dash. */
    static List<Entry> environment(Map<String, String> variables) {
        List<Entry> entries = new ArrayList<>();
        new TreeMap<>(variables).forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !OTHERS.contains(name) && !isServiceLink(name, value)) {
                String key = name.substring(ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace("__", ".")
                        .replace('_', '-');
                entries.add(new Entry(key, parse(value, "environment " + name), "environment " + name));
            }
        });
        return entries;
    }

    private static boolean isServiceLink(String name, String value) {
        boolean portLink = name.endsWith("_PORT") && value.contains("://");
        return !name.contains("__") && (portLink || SERVICE_LINK.matcher(name).matches());
    }

    /** Returns the entries of flags such as {@code --listen.port=9000}. */
    static List<Entry> flags(List<String> flags) {
        List<Entry> entries = new ArrayList<>();
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            if (!flag.startsWith("--") || equals < 3) {
                throw new SettingsException("'" + flag + "' is not a setting: write --key=value");
            }
            String key = flag.substring(2, equals);
            entries.add(new Entry(key, parse(flag.substring(equals + 1), "flag --" + key), "flag --" + key));
        }
        return entries;
    }

    private static JsonNode parse(String text, String origin) {
        try {
            JsonNode node = YAML.readTree(text);
            return node.isMissingNode() ? NullNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            throw new SettingsException(origin + " is not valid YAML: " + explain(e), e);
        }
    }

    /** Returns what is wrong and where, in one line. The parser also quotes the text, in indented lines. */
    private static String explain(JsonProcessingException wrong) {
        String what = wrong.getOriginalMessage()
                .lines()
                .filter(line -> !line.startsWith(" "))
                .collect(Collectors.joining(", "));
        JsonLocation place = wrong.getLocation();
        return place == null ? what : "%s (line %d, column %d)".formatted(what, place.getLineNr(), place.getColumnNr());
    }

    private static void flatten(String prefix, JsonNode node, String origin, KnownKeys known, List<Entry> entries) {
        node.properties().forEach(member -> {
            String key = prefix + member.getKey();
            JsonNode value = member.getValue();
            if (known.isGroup(key) && value.isObject()) {
                flatten(key + ".", value, origin, known, entries);
            } else {
                entries.add(new Entry(key, value, origin));
            }
        });
    }
}
