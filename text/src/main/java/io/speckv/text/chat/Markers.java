package io.speckv.text.chat;

import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlSpellings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Marks in texts before rendering. Stand-ins replace control tokens that a caller spelled out, so that they differ from those
 * that the template writes. Points show where a text went. A mark is a private-use character that no input holds, a number, and
 * the same character again. Stand-ins have the numbers of their spellings, and points have the numbers after those.
 */
record Markers(char fence, ControlSpellings controls) {
    private static final char FIRST_PRIVATE = '\uE000';
    private static final char LAST_PRIVATE = '\uF8FF';
    private static final int DIGITS_MOST = 8;

    /** Returns markers that cannot be mistaken for anything in the conversation. */
    static Markers absentFrom(
            List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables, ControlSpellings controls) {
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

    /** Returns the text with a stand-in for every spelled-out control token. */
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

    /** Returns the mark of a point. */
    String point(int number) {
        return fence + String.valueOf(controls.size() + number) + fence;
    }

    /** Returns the values with stand-ins in all their strings, at any depth and in keys. */
    Map<String, @Nullable Object> markAll(Map<String, ? extends @Nullable Object> values) {
        Map<String, @Nullable Object> marked = new LinkedHashMap<>();
        values.forEach((name, value) -> marked.put(name, markAll(value)));
        return marked;
    }

    /** Returns the value with stand-ins in all its strings, at any depth and in keys. */
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

    /**
     * A rendered conversation.
     *
     * @param userSpellings chars where the spelling of a control token is only text
     * @param points in the order in which they appeared
     */
    record Unmarked(String text, BitSet userSpellings, List<Point> points) {}

    /** A point and its index in the text. */
    record Point(int number, int at) {}

    /** Returns a rendered conversation with its stand-ins replaced and its points removed. */
    Unmarked unmark(String rendered) {
        BitSet userSpellings = new BitSet();
        List<Point> points = new ArrayList<>();
        if (rendered.indexOf(fence) < 0) {
            return new Unmarked(rendered, userSpellings, points);
        }
        StringBuilder text = new StringBuilder(rendered.length());
        int at = 0;
        while (at < rendered.length()) {
            int start = rendered.indexOf(fence, at);
            if (start < 0) {
                break;
            }
            text.append(rendered, at, start);
            int end = rendered.indexOf(fence, start + 1);
            int number = number(rendered, start + 1, end);
            if (number < controls.size()) {
                String spelling = controls.get(number);
                userSpellings.set(text.length(), text.length() + spelling.length());
                text.append(spelling);
            } else {
                points.add(new Point(number - controls.size(), text.length()));
            }
            at = end + 1;
        }
        text.append(rendered, at, rendered.length());
        return new Unmarked(text.toString(), userSpellings, points);
    }

    private int number(String rendered, int start, int end) {
        String digits = end < 0 ? "" : rendered.substring(start, end);
        if (digits.isEmpty() || digits.length() > DIGITS_MOST || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new ChatTemplateException(
                    "the chat template takes the text of messages apart, so control tokens in it"
                            + " cannot be kept as text: leave the spelling of control tokens out of the messages");
        }
        return Integer.parseInt(digits);
    }
}
