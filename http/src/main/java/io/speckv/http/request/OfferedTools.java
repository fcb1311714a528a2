package io.speckv.http.request;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.speckv.answers.ToolTypes;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tools that an answer may call.
 *
 * @param definitions in the form of OpenAI's chats; empty if no tools are offered
 * @param required whether the answer has to call one
 * @param tool the one to be called; empty for any
 * @param parallel whether an answer may have several calls
 * @param argumentsStream whether a call is sent as it comes, before it is known to be valid; empty if the request does not say
 */
public record OfferedTools(
        ArrayNode definitions, boolean required, String tool, boolean parallel, Optional<Boolean> argumentsStream) {
    static final OfferedTools NONE =
            new OfferedTools(JsonNodeFactory.instance.arrayNode(), false, "", true, Optional.empty());

    private static final ObjectMapper JSON = new ObjectMapper();

    public boolean isEmpty() {
        return definitions.isEmpty();
    }

    boolean defines(String name) {
        for (JsonNode definition : definitions) {
            if (definition.at("/function/name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the tools for the router; empty if none are offered. */
    Optional<ToolUse> toProto() {
        return isEmpty()
                ? Optional.empty()
                : Optional.of(ToolUse.newBuilder()
                        .setDefinitionsJson(definitions.toString())
                        .setChoice(required ? ToolChoice.TOOL_CHOICE_REQUIRED : ToolChoice.TOOL_CHOICE_AUTO)
                        .setTool(tool)
                        .build());
    }

    /** Returns the types of the tools' parameters. */
    public ToolTypes types() {
        Map<String, Map<String, Object>> schemas = new LinkedHashMap<>();
        for (JsonNode definition : definitions) {
            JsonNode parameters = definition.at("/function/parameters");
            schemas.put(
                    definition.at("/function/name").asText(),
                    parameters.isObject()
                            ? JSON.convertValue(parameters, new TypeReference<Map<String, Object>>() {})
                            : Map.of());
        }
        return ToolTypes.of(schemas);
    }
}
