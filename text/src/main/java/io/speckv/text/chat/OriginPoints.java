package io.speckv.text.chat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points put into the texts of messages before rendering, which show afterwards where the template put each text. They avoid
 * places that templates look at: beside white space that may be trimmed, and the edges of empty text.
 */
final class OriginPoints {
    /** Templates compare shorter texts with words of their own, so short texts get no points. */
    private static final int COMPARED_CHARS_MOST = 32;

    private static final int APART_CHARS = 256;
    /** Templates cut off reasoning at this mark. */
    private static final String THOUGHT_END = "</think>";

    private static final char NEXT_LINE = 0x85;

    private final Markers markers;
    private final boolean everywhere;
    private final List<Point> points = new ArrayList<>();
    private int texts;

    /** @param everywhere whether calls and reasoning get points as well, or only contents */
    OriginPoints(Markers markers, boolean everywhere) {
        this.markers = markers;
        this.everywhere = everywhere;
    }

    /**
     * A point in a message.
     *
     * @param text index among the marked texts
     * @param last whether it is the last point of its text
     */
    private record Point(int message, int text, boolean last) {}

    /**
     * A stretch of a rendered conversation.
     *
     * @param message that it is from
     */
    record Stretch(int start, int end, int message) {}

    /** Returns a message with points in its texts: its content, its calls' arguments and its thoughts. */
    ChatMessage mark(ChatMessage message, int number) {
        return new ChatMessage(
                markers.mark(message.role()),
                message.content() == null ? null : mark(message.content(), number),
                everywhere ? attributes(message, number) : markers.markAll(message.attributes()));
    }

    /** Arguments become objects first, since points in their JSON text would make it invalid. */
    private Map<String, @Nullable Object> attributes(ChatMessage message, int number) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        ToolArguments.asObjects(new LinkedHashMap<>(message.attributes()))
                .forEach((key, value) -> attributes.put(key, markLong(value, number)));
        return attributes;
    }

    private @Nullable Object markLong(@Nullable Object value, int message) {
        if (value instanceof String text) {
            return text.length() > COMPARED_CHARS_MOST ? mark(text, message) : markers.mark(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> marked = new LinkedHashMap<>();
            map.forEach((key, element) -> marked.put(markers.mark(String.valueOf(key)), markLong(element, message)));
            return marked;
        }
        if (value instanceof Collection<?> elements) {
            List<@Nullable Object> marked = new ArrayList<>();
            elements.forEach(element -> marked.add(markLong(element, message)));
            return marked;
        }
        return value;
    }

    private String mark(String text, int message) {
        int first = nextVisible(text, 0);
        if (first == text.length()) {
            return markers.mark(text);
        }
        int last = text.length();
        while (isTrimmed(text.charAt(last - 1))) {
            last--;
        }
        StringBuilder marked = new StringBuilder(text.length() + 32).append(text, 0, first);
        int at = first;
        while (at < last) {
            marked.append(point(message, false));
            int next = next(text, at, last);
            marked.append(markers.mark(text.substring(at, next)));
            at = next;
        }
        marked.append(point(message, true)).append(text, last, text.length());
        texts++;
        return marked.toString();
    }

    /** Returns the index of the next point: after reasoning, at the beginning of a line, or at the end. */
    private static int next(String text, int at, int last) {
        int line = text.indexOf('\n', Math.min(last, at + APART_CHARS));
        int thought = text.indexOf(THOUGHT_END, at);
        int next = line < 0 ? last : nextVisible(text, line);
        if (thought >= 0) {
            next = Math.min(next, nextVisible(text, thought + THOUGHT_END.length()));
        }
        return Math.min(next, last);
    }

    private static int nextVisible(String text, int from) {
        int at = from;
        while (at < text.length() && isTrimmed(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Returns whether templates trim a character. Python's strip() takes more than what Java calls white space. */
    static boolean isTrimmed(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
    }

    private String point(int message, boolean last) {
        points.add(new Point(message, texts, last));
        return markers.point(points.size());
    }

    /** Returns the parts of a rendered conversation that are from messages, in order. */
    List<Stretch> stretches(Markers.Unmarked rendered) {
        List<Stretch> stretches = new ArrayList<>();
        Markers.Point before = null;
        for (Markers.Point point : rendered.points()) {
            if (point.number() == 0) {
                continue; // the end of a text that the answer continues
            }
            Point now = points.get(point.number() - 1);
            if (before != null
                    && before.number() < point.number()
                    && points.get(before.number() - 1).text() == now.text()) {
                stretches.add(new Stretch(before.at(), point.at(), now.message()));
            }
            before = now.last() ? null : point;
        }
        return stretches;
    }
}
