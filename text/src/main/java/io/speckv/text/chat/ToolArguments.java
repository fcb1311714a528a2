package io.speckv.text.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of tool calls in earlier turns. OpenAI's clients send them as the text of a JSON object, but templates expect
 * the object; vLLM converts them, too.
 */
final class ToolArguments {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String CALLS = "tool_calls";
    private static final String FUNCTION = "function";
    private static final String ARGUMENTS = "arguments";

    private ToolArguments() {}

    /** Returns whether a turn has calls whose arguments are given as text. */
    static boolean areTexts(Map<String, @Nullable Object> turn) {
        return turn.get(CALLS) instanceof List<?> calls
                && calls.stream()
                        .anyMatch(call -> call instanceof Map<?, ?> map
                                && map.get(FUNCTION) instanceof Map<?, ?> function
                                && function.get(ARGUMENTS) instanceof String);
    }

    /** Returns a turn's variables with its arguments as objects, where they are JSON objects. */
    static Map<String, @Nullable Object> asObjects(Map<String, @Nullable Object> turn) {
        if (!(turn.get(CALLS) instanceof List<?> calls)) {
            return turn;
        }
        List<@Nullable Object> read = new ArrayList<>();
        for (Object call : calls) {
            read.add(
                    call instanceof Map<?, ?> map && map.get(FUNCTION) instanceof Map<?, ?> function
                            ? with(map, FUNCTION, withObject(function))
                            : call);
        }
        return with(turn, CALLS, read);
    }

    private static Map<?, ?> withObject(Map<?, ?> function) {
        if (!(function.get(ARGUMENTS) instanceof String text)) {
            return function;
        }
        if (text.isBlank()) {
            return with(function, ARGUMENTS, Map.of());
        }
        try {
            return with(function, ARGUMENTS, MAPPER.readValue(text, Object.class));
        } catch (JsonProcessingException e) {
            // The text is not JSON: the caller meant a text, or the template will report what it misses.
            return function;
        }
    }

    private static Map<String, @Nullable Object> with(Map<?, ?> map, String key, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, old) -> copy.put(String.valueOf(name), old));
        copy.put(key, value);
        return copy;
    }
}
