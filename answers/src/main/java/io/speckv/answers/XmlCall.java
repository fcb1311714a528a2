package io.speckv.answers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code <function=name>}, any number of {@code <parameter=key>value</parameter>}, {@code </function>}. A value ends at the
 * first {@code </parameter>} that is followed by the next parameter or the function's end, so it may contain that mark. After
 * {@code <tool_call>} the JSON of {@link TaggedCall} may come instead.
 *
 * <p>A value becomes JSON of the first of its schema's types that fits, or else a string. One line break at each end of the
 * value is layout.
 */
final class XmlCall implements CallMatcher {
    static final String FUNCTION = "<function=";
    private static final String FUNCTION_END = "</function>";
    private static final String PARAMETER = "<parameter=";
    private static final String PARAMETER_END = "</parameter>";
    private static final String SEPARATOR = ", ";
    private static final int NAME_CHARS_MOST = 512;

    private enum Place {
        BEGIN,
        NAME,
        NEXT,
        KEY,
        VALUE,
        AFTER_VALUE
    }

    private final ToolTypes tools;
    private final AnnouncedCalls announced;
    private final StringBuilder seen = new StringBuilder();
    private final StringBuilder value = new StringBuilder();
    private final List<String> members = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private Place place;
    /** White space that {@code seen} begins with, behind a value. */
    private int layout;

    private String name = "";
    private String key = "";
    private final CallMatcher json;
    private boolean isJson;
    private List<AnswerPart.Call> calls = List.of();

    XmlCall(String opener, ToolTypes tools, AnnouncedCalls announced) {
        this.tools = tools;
        this.announced = announced;
        this.json = new TaggedCall(announced);
        this.place = opener.equals(FUNCTION) ? Place.NAME : Place.BEGIN;
    }

    @Override
    public Verdict accept(char c) {
        if (place == Place.BEGIN && c == '{' && seen.isEmpty()) {
            isJson = true;
        }
        if (isJson) {
            return json.accept(c);
        }
        return switch (place) {
            case BEGIN -> begin(c);
            case NAME -> named(c);
            case NEXT -> next(c);
            case KEY -> keyed(c);
            case VALUE -> valued(c);
            case AFTER_VALUE -> afterValue(c);
        };
    }

    private Verdict begin(char c) {
        if (seen.isEmpty() && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        seen.append(c);
        if (FUNCTION.contentEquals(seen)) {
            return go(Place.NAME);
        }
        return FUNCTION.startsWith(seen.toString()) ? Verdict.OPEN : Verdict.WRONG;
    }

    private Verdict named(char c) {
        if (c == '>') {
            name = seen.toString().strip();
            return name.isEmpty() ? Verdict.WRONG : go(Place.NEXT);
        }
        return nameChar(c);
    }

    private Verdict keyed(char c) {
        if (c == '>') {
            key = seen.toString().strip();
            value.setLength(0);
            return key.isEmpty() || !keys.add(key) ? Verdict.WRONG : go(Place.VALUE);
        }
        return nameChar(c);
    }

    private Verdict nameChar(char c) {
        seen.append(c);
        return c == '<' || c == '\n' || seen.length() > NAME_CHARS_MOST ? Verdict.WRONG : Verdict.OPEN;
    }

    private Verdict next(char c) {
        if (seen.isEmpty() && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        seen.append(c);
        String mark = seen.toString();
        if (mark.equals(PARAMETER)) {
            if (members.isEmpty()) {
                var unused = announced.begin(name, mark.length());
                announced.argue("{", mark.length());
            }
            return go(Place.KEY);
        }
        if (mark.equals(FUNCTION_END)) {
            announced.argue("}", 0);
            calls = List.of(new AnswerPart.Call(name, "{" + String.join(SEPARATOR, members) + "}"));
            return Verdict.COMPLETE;
        }
        return PARAMETER.startsWith(mark) || FUNCTION_END.startsWith(mark) ? Verdict.OPEN : Verdict.WRONG;
    }

    private Verdict valued(char c) {
        value.append(c);
        int length = value.length() - PARAMETER_END.length();
        return c == '>' && length >= 0 && value.indexOf(PARAMETER_END, length) == length
                ? go(Place.AFTER_VALUE)
                : Verdict.OPEN;
    }

    private Verdict afterValue(char c) {
        if (layout == seen.length() && Character.isWhitespace(c)) {
            layout++;
            seen.append(c);
            return Verdict.OPEN;
        }
        seen.append(c);
        String mark = seen.substring(layout);
        if (mark.equals(PARAMETER) || mark.equals(FUNCTION_END)) {
            take(value.substring(0, value.length() - PARAMETER_END.length()), mark);
            seen.setLength(0);
            seen.append(mark, 0, mark.length() - 1);
            place = Place.NEXT;
            return next(c);
        }
        if (!PARAMETER.startsWith(mark) && !FUNCTION_END.startsWith(mark)) {
            value.append(seen);
            return go(Place.VALUE);
        }
        return Verdict.OPEN;
    }

    /** @param next mark that shows where the value ended */
    private void take(String raw, String next) {
        int from = raw.startsWith("\n") ? 1 : 0;
        int to = raw.length() > from && raw.endsWith("\n") ? raw.length() - 1 : raw.length();
        String member = JsonText.quoted(key) + ": " + tools.json(name, key, raw.substring(from, to));
        announced.argue(members.isEmpty() ? member : SEPARATOR + member, next.length());
        members.add(member);
    }

    private Verdict go(Place next) {
        seen.setLength(0);
        layout = 0;
        place = next;
        return Verdict.OPEN;
    }

    @Override
    public Verdict end() {
        return isJson ? json.end() : Verdict.WRONG;
    }

    @Override
    public List<AnswerPart.Call> calls() {
        return isJson ? json.calls() : calls;
    }

    @Override
    public int unread() {
        return isJson ? json.unread() : 0;
    }
}
