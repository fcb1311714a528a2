package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.http.json.JsonFields;
import java.util.List;
import java.util.Optional;

/** Reads the tools of a request in the forms of the three APIs, and whether its answer must call one. */
final class ToolsReader {
    /** The key in {@code speckv} that asks for calls to be sent as they come. */
    static final String STREAM_ARGUMENTS = "stream_tool_arguments";

    private static final int NAME_CHARS_MOST = 128;

    private ToolsReader() {}

    /** Returns the tools of a chat: {@code {"type": "function", "function": {...}}}. */
    static OfferedTools chat(JsonFields request) {
        ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
        for (JsonFields tool : request.objects("tools")) {
            requireFunction(tool);
            JsonFields function = tool.object("function").orElseThrow(() -> tool.invalid("function", "is missing"));
            requireDefinition(function, "parameters");
            definitions.add(tool.node());
        }
        return offered(request, definitions, choice(request, "function"), request.isNotFalse("parallel_tool_calls"));
    }

    /** Returns the tools of a response: {@code {"type": "function", "name": ...}}. */
    static OfferedTools response(JsonFields request) {
        ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
        for (JsonFields tool : request.objects("tools")) {
            requireFunction(tool);
            requireDefinition(tool, "parameters");
            ObjectNode function = tool.node().deepCopy();
            function.remove("type");
            definitions.addObject().put("type", "function").set("function", function);
        }
        return offered(request, definitions, choice(request, ""), request.isNotFalse("parallel_tool_calls"));
    }

    /** Returns the tools of a message: {@code {"name": ..., "input_schema": {...}}}. */
    static OfferedTools message(JsonFields request) {
        ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
        for (JsonFields tool : request.objects("tools")) {
            String type = tool.text("type").orElse("custom");
            if (!type.equals("custom")) {
                throw tool.invalid("type", "is '" + type + "'; only tools of the caller's own are supported");
            }
            requireDefinition(tool, "input_schema");
            ObjectNode function = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", tool.text("name").orElse(""));
            tool.ifText("description", text -> function.put("description", text));
            tool.get("input_schema").ifPresent(schema -> function.set("parameters", schema));
            definitions.addObject().put("type", "function").set("function", function);
        }
        Optional<JsonFields> choice = request.object("tool_choice");
        String type = choice.flatMap(one -> one.text("type")).orElse("auto");
        boolean several =
                choice.map(one -> !one.flag("disable_parallel_tool_use")).orElse(true);
        Choice chosen = switch (type) {
            case "auto" -> Choice.AUTO;
            case "none" -> Choice.NEVER;
            case "any" -> new Choice(true, true, "");
            case "tool" ->
                new Choice(
                        true,
                        true,
                        choice.flatMap(one -> one.text("name"))
                                .orElseThrow(() -> request.invalid("tool_choice.name", "is missing")));
            default -> throw request.invalid("tool_choice.type", "is '" + type + "', must be auto, any, tool or none");
        };
        return offered(request, definitions, chosen, several);
    }

    /**
     * What a request says about calls.
     *
     * @param allowed whether the answer may have calls
     */
    private record Choice(boolean allowed, boolean required, String tool) {
        static final Choice AUTO = new Choice(true, false, "");
        static final Choice NEVER = new Choice(false, false, "");
    }

    /** @param nested key of the object with the tool's name; empty if the name is beside the type */
    private static Choice choice(JsonFields request, String nested) {
        Optional<JsonNode> given = request.get("tool_choice");
        if (given.isPresent() && given.get().isObject()) {
            JsonFields choice = request.object("tool_choice").orElseThrow();
            requireFunction(choice);
            JsonFields named = nested.isEmpty()
                    ? choice
                    : choice.object(nested).orElseThrow(() -> choice.invalid(nested, "is missing"));
            return new Choice(true, true, named.text("name").orElseThrow(() -> named.invalid("name", "is missing")));
        }
        String name = given.isEmpty() ? "auto" : request.requireText("tool_choice", "a string or an object");
        return switch (name) {
            case "auto" -> Choice.AUTO;
            case "none" -> Choice.NEVER;
            case "required" -> new Choice(true, true, "");
            default ->
                throw request.invalid(
                        "tool_choice",
                        "is '" + name + "', must be auto, none, required or an object that names a tool");
        };
    }

    /** Tools that must not be called are not shown to the model. */
    private static OfferedTools offered(JsonFields request, ArrayNode definitions, Choice choice, boolean parallel) {
        if (choice.required() && definitions.isEmpty()) {
            throw request.invalid("tool_choice", "asks for a call, and there are no tools");
        }
        if (!choice.allowed() || definitions.isEmpty()) {
            return OfferedTools.NONE;
        }
        Optional<Boolean> argumentsStream = request.object("speckv")
                .filter(speckv -> speckv.has(STREAM_ARGUMENTS))
                .map(speckv -> speckv.flag(STREAM_ARGUMENTS));
        OfferedTools offered =
                new OfferedTools(definitions, choice.required(), choice.tool(), parallel, argumentsStream);
        if (!choice.tool().isEmpty() && !offered.defines(choice.tool())) {
            throw request.invalid("tool_choice", "names the tool '" + choice.tool() + "', which is not among tools");
        }
        return offered;
    }

    private static void requireFunction(JsonFields tool) {
        String type = tool.text("type").orElseThrow(() -> tool.invalid("type", "is missing"));
        if (!type.equals("function")) {
            throw tool.invalid("type", "is '" + type + "'; only 'function' is supported");
        }
    }

    private static void requireDefinition(JsonFields function, String schema) {
        String name = function.text("name").orElseThrow(() -> function.invalid("name", "is missing"));
        if (name.isBlank() || name.length() > NAME_CHARS_MOST) {
            throw function.invalid("name", "has " + name.length() + " characters, must have 1 to " + NAME_CHARS_MOST);
        }
        function.ifText("description", text -> {});
        var unused = function.object(schema);
    }

    /** Refuses OpenAI's older functions, whose answers have a form of their own. */
    static void requireNoFunctions(JsonFields request) {
        List<JsonNode> functions = request.array("functions");
        boolean never = request.get("function_call")
                .map(choice -> choice.isTextual() && choice.textValue().equals("none"))
                .orElse(false);
        if (!functions.isEmpty() && !never) {
            throw request.invalid("functions", "is not supported: offer them as tools");
        }
        if (functions.isEmpty() && request.has("function_call") && !never) {
            String choice = request.get("function_call")
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::textValue)
                    .orElse("a call");
            if (!choice.equals("auto")) {
                throw request.invalid("function_call", "is not supported: use tools and tool_choice");
            }
        }
    }
}
