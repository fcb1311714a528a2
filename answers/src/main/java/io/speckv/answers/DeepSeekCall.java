package io.speckv.answers;

import java.util.List;

/**
 * {@code function<｜tool▁sep｜>name} and a fence with the arguments (V3, R1), or {@code name<｜tool▁sep｜>{...}} (V3.1). Each has
 * its closing mark, which may be missing at the end of the answer.
 */
final class DeepSeekCall implements CallMatcher {
    static final String CALLS_BEGIN = "<｜tool▁calls▁begin｜>";
    static final String CALLS_END = "<｜tool▁calls▁end｜>";
    static final String CALL_BEGIN = "<｜tool▁call▁begin｜>";
    private static final String CALL_END = "<｜tool▁call▁end｜>";
    private static final String SEPARATOR = "<｜tool▁sep｜>";
    private static final String FENCE = "```";
    private static final int HEAD_CHARS_MOST = 512;

    private enum Place {
        BEGIN,
        HEAD,
        NAME,
        JSON,
        TAIL
    }

    private final StringBuilder seen = new StringBuilder();
    private final JsonScanner json = new JsonScanner();
    private final AnnouncedCalls announced;
    private Place place;
    private String head = "";
    private String name = "";
    private List<AnswerPart.Call> calls = List.of();

    /** @param opener of the list of calls, or of one call */
    DeepSeekCall(String opener, AnnouncedCalls announced) {
        this.announced = announced;
        place = opener.equals(CALLS_BEGIN) ? Place.BEGIN : Place.HEAD;
    }

    @Override
    public Verdict accept(char c) {
        if (place == Place.JSON) {
            return inJson(c);
        }
        if (JsonScanner.isSpace(c) && isBetweenMarks()) {
            return Verdict.OPEN;
        }
        if (place == Place.NAME && c == '{') {
            return arguments(c);
        }
        seen.append(c);
        return switch (place) {
            case BEGIN -> literal(CALL_BEGIN, Place.HEAD);
            case HEAD -> head();
            case NAME -> seen.length() > HEAD_CHARS_MOST ? Verdict.WRONG : Verdict.OPEN;
            case TAIL -> tail();
            case JSON -> throw new IllegalStateException("the arguments are read elsewhere");
        };
    }

    /** White space there is not kept, so that no answer's end takes quadratic time. */
    private boolean isBetweenMarks() {
        return place == Place.TAIL
                ? seen.isEmpty() || FENCE.contentEquals(seen)
                : seen.isEmpty() && place != Place.NAME;
    }

    private Verdict literal(String literal, Place then) {
        if (literal.contentEquals(seen)) {
            seen.setLength(0);
            place = then;
            return Verdict.OPEN;
        }
        return literal.startsWith(seen.toString()) ? Verdict.OPEN : Verdict.WRONG;
    }

    private Verdict head() {
        int length = seen.length() - SEPARATOR.length();
        if (length >= 0 && seen.indexOf(SEPARATOR, length) == length) {
            head = seen.substring(0, length).strip();
            seen.setLength(0);
            place = Place.NAME;
            return isWord(head) ? Verdict.OPEN : Verdict.WRONG;
        }
        return seen.length() > HEAD_CHARS_MOST ? Verdict.WRONG : Verdict.OPEN;
    }

    /** Reads between the separator and the arguments: nothing, or the name and the beginning of a fence. */
    private Verdict arguments(char c) {
        String between = seen.toString().strip();
        seen.setLength(0);
        int fence = between.indexOf(FENCE);
        if (fence < 0) {
            name = between.isEmpty() ? head : between;
        } else {
            name = between.substring(0, fence).strip();
            String language = between.substring(fence + FENCE.length());
            if (!language.isEmpty() && !language.equals("json")) {
                return Verdict.WRONG;
            }
        }
        place = Place.JSON;
        if (!isWord(name)) {
            return Verdict.WRONG;
        }
        var unused = announced.begin(name, 1);
        return inJson(c);
    }

    /** Returns whether the text can be a name. A mark or an object in it belongs to a second, broken call. */
    private static boolean isWord(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> Character.isWhitespace(c) || c == '<' || c == '{');
    }

    private Verdict inJson(char c) {
        Verdict verdict = json.accept(c);
        if (verdict != Verdict.WRONG) {
            announced.argue(c);
        }
        if (verdict != Verdict.COMPLETE) {
            return verdict;
        }
        calls = List.of(new AnswerPart.Call(name, json.text()));
        place = Place.TAIL;
        return Verdict.OPEN;
    }

    private Verdict tail() {
        String tail = seen.toString();
        String mark = tail.startsWith(FENCE) ? tail.substring(FENCE.length()) : tail;
        if (mark.equals(CALL_END)) {
            return Verdict.COMPLETE;
        }
        return FENCE.startsWith(tail) || CALL_END.startsWith(mark) ? Verdict.OPEN : Verdict.WRONG;
    }

    @Override
    public Verdict end() {
        return calls.isEmpty() ? Verdict.WRONG : Verdict.COMPLETE;
    }

    @Override
    public List<AnswerPart.Call> calls() {
        return calls;
    }
}
