package io.speckv.text.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, in the template's words: {@code system}, {@code user}, {@code assistant}, {@code tool}
 * @param content text of the turn; null becomes the template's {@code none}, as in a turn that only calls tools
 * @param attributes further keys that the template reads, such as {@code tool_calls}: strings, numbers, booleans, lists and
 *     maps
 */
public record ChatMessage(String role, @Nullable String content, Map<String, ? extends @Nullable Object> attributes) {

    /** A turn with nothing but its text. */
    public ChatMessage(String role, String content) {
        this(role, content, Map.of());
    }

    /** Returns the turn as a template sees it. */
    Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("role", role);
        variables.put("content", content);
        variables.putAll(attributes);
        return variables;
    }
}
