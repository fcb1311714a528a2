package io.speckv.text;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, in the template's words: {@code system}, {@code user}, {@code assistant}, {@code tool}
 * @param content what was said
 * @param attributes further keys that the template reads, such as {@code tool_calls}: strings, numbers, booleans, lists
 *     and maps
 */
public record ChatMessage(
        String role, String content, @JsonAnyGetter Map<String, ? extends @Nullable Object> attributes) {

    /** A turn with nothing but its text. */
    public ChatMessage(String role, String content) {
        this(role, content, Map.of());
    }
}
