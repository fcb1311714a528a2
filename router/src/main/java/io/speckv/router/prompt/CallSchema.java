package io.speckv.router.prompt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema of a required call, for targets that hold answers to schemas. It is made only if the schemas of all tools use
 * nothing but keywords that every such engine knows: an engine would fail the request for any other keyword, while without a
 * schema the request is still answered.
 */
final class CallSchema {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> SAID = Set.of("description", "title", "default", "examples");
    private static final Set<String> PLAIN = Set.of("type", "required", "enum", "const", "minItems", "maxItems");
    private static final int DEPTH_MOST = 32;
    /** Longest schema that a request on the wire may carry. */
    private static final int CHARACTERS_MOST = 65_536;

    private CallSchema() {}

    /**
     * Returns the schema; empty if a tool's own schema has a keyword that some engine may not know.
     *
     * @param definitions of tools, each with function.name
     * @param tool the one to be called; empty for any
     * @param argumentsKey key of a call's arguments
     */
    static Optional<String> of(List<?> definitions, String tool, String argumentsKey) {
        List<ObjectNode> calls = new ArrayList<>();
        for (Object definition : definitions) {
            Map<?, ?> function = function(definition);
            String name = String.valueOf(function.get("name"));
            Object parameters = function.get("parameters");
            if (!tool.isEmpty() && !tool.equals(name)) {
                continue;
            }
            if (parameters != null && !isKnownObject(parameters)) {
                return Optional.empty();
            }
            calls.add(call(name, parameters == null ? Map.of("type", "object") : parameters, argumentsKey));
        }
        ObjectNode schema = calls.get(0);
        if (calls.size() > 1) {
            schema = JsonNodeFactory.instance.objectNode();
            schema.putArray("anyOf").addAll(calls);
        }
        return Optional.of(schema.toString()).filter(text -> text.length() <= CHARACTERS_MOST);
    }

    private static Map<?, ?> function(Object definition) {
        return definition instanceof Map<?, ?> map && map.get("function") instanceof Map<?, ?> function
                ? function
                : Map.of();
    }

    private static ObjectNode call(String name, Object parameters, String argumentsKey) {
        ObjectNode call = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = call.putObject("properties");
        properties.putObject("name").put("const", name);
        properties.set(argumentsKey, MAPPER.valueToTree(parameters));
        call.putArray("required").add("name").add(argumentsKey);
        return call.put("additionalProperties", false);
    }

    private static boolean isKnownObject(Object schema) {
        return schema instanceof Map<?, ?> map && "object".equals(map.get("type")) && isKnown(schema, DEPTH_MOST);
    }

    private static boolean isKnown(@Nullable Object schema, int levels) {
        return levels > 0
                && schema instanceof Map<?, ?> keywords
                && keywords.entrySet().stream()
                        .allMatch(entry -> isKnown(String.valueOf(entry.getKey()), entry.getValue(), levels - 1));
    }

    private static boolean isKnown(String keyword, @Nullable Object value, int levels) {
        return switch (keyword) {
            case "items" -> isKnown(value, levels);
            case "properties" ->
                value instanceof Map<?, ?> properties
                        && properties.values().stream().allMatch(property -> isKnown(property, levels));
            case "anyOf" ->
                value instanceof List<?> schemas
                        && !schemas.isEmpty()
                        && schemas.stream().allMatch(schema -> isKnown(schema, levels));
            case "additionalProperties" -> value instanceof Boolean;
            default -> SAID.contains(keyword) || PLAIN.contains(keyword);
        };
    }
}
