package io.speckv.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stand-ins for the control tokens that a caller spelled out, so that after rendering they can be told from those the
 * template wrote. A stand-in is a private-use character no input holds, the number of the spelling, and the same character.
 */
record Markers(char fence, ControlSpellings controls) {
    private static final char FIRST_PRIVATE = '\uE000';
    private static final char LAST_PRIVATE = '\uF8FF';

    /** Returns markers that cannot be mistaken for anything in the conversation. */
    static Markers absentFrom(List<ChatMessage> messages, Map<String, ?> variables, ControlSpellings controls) {
        // The text form of maps and lists holds every string in them.
        String all = messages + "" + variables;
        for (char fence = FIRST_PRIVATE; fence <= LAST_PRIVATE; fence++) {
            if (all.indexOf(fence) < 0) {
                return new Markers(fence, controls);
            }
        }
        throw new ChatTemplateException(
                "expected a conversation that leaves a private-use character free, found all used");
    }

    /** Returns the text with stand-ins for spelled-out control tokens. */
    String mark(String text) {
        StringBuilder marked = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int control = controls.indexAt(text, at);
            if (control < 0) {
                marked.append(text.charAt(at++));
            } else {
                marked.append(fence).append(control).append(fence);
                at += controls.get(control).length();
            }
        }
        return marked.toString();
    }

    /** Returns the value with stand-ins in every string within it, keys included. */
    @Nullable
    Object markAll(@Nullable Object value) {
        if (value instanceof String text) {
            return mark(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> marked = new LinkedHashMap<>();
            map.forEach((key, element) -> marked.put(mark(String.valueOf(key)), markAll(element)));
            return marked;
        }
        if (value instanceof Collection<?> elements) {
            List<@Nullable Object> marked = new ArrayList<>();
            elements.forEach(element -> marked.add(markAll(element)));
            return marked;
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException(
                "variables must be strings, numbers, booleans, lists and maps, was " + value.getClass());
    }

    /** Returns text, control token, text and so on, of which the texts hold what the stand-ins stood for. */
    List<String> split(String rendered) {
        List<String> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < rendered.length()) {
            int control = controls.indexAt(rendered, at);
            if (rendered.charAt(at) == fence) {
                int end = rendered.indexOf(fence, at + 1);
                text.append(controls.get(number(rendered, at + 1, end)));
                at = end + 1;
            } else if (control >= 0) {
                pieces.add(text.toString());
                pieces.add(controls.get(control));
                text.setLength(0);
                at += controls.get(control).length();
            } else {
                text.append(rendered.charAt(at++));
            }
        }
        pieces.add(text.toString());
        return pieces;
    }

    private int number(String rendered, int start, int end) {
        String digits = end < 0 ? "" : rendered.substring(start, end);
        if (!digits.matches("\\d{1,6}") || Integer.parseInt(digits) >= controls.size()) {
            throw new ChatTemplateException(
                    "the chat template takes the text of messages apart, so control tokens in it"
                            + " cannot be kept as text; use ControlTokens.AS_CONTROL");
        }
        return Integer.parseInt(digits);
    }
}
