package io.speckv.answers;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A call, or an array of calls, written as JSON objects. A call is announced if its name comes before its arguments and the
 * arguments are an object. After a call that could not be announced no later one is, since calls are sent in order.
 */
final class CallJson {
    private static final Set<String> ARGUMENTS = Set.of("arguments", "parameters");

    private final JsonScanner json = new JsonScanner();
    private final AnnouncedCalls announced;
    private final Set<String> keys = new HashSet<>();
    private String key = "";
    private String name = "";
    /** Open objects and arrays within a call, its own included: 1, or 2 in an array. */
    private int level = 1;

    private boolean sure = true;
    private boolean inCall;
    private boolean begun;
    private boolean inArguments;

    CallJson(AnnouncedCalls announced) {
        this.announced = announced;
    }

    Verdict accept(char c) {
        int before = json.depth();
        Verdict verdict = json.accept(c);
        if (verdict != Verdict.WRONG && announced.wanted() && sure) {
            follow(c, before);
        }
        return verdict;
    }

    /** Returns the calls of complete JSON; empty if it is not a call, or if an element of the array is not. */
    List<AnswerPart.Call> calls() {
        String text = json.text();
        return text.startsWith("[")
                ? CallObject.readAll(text)
                : CallObject.read(text).stream().toList();
    }

    private void follow(char c, int before) {
        int depth = json.depth();
        if (inArguments) {
            announced.argue(c);
            inArguments = depth > level;
        } else if (inCall) {
            inCall = depth >= level;
            member(c, before);
        } else if (before == 0) {
            level = c == '[' ? 2 : 1;
            inCall = level == depth;
        } else {
            inCall = depth == level && c == '{';
            sure = inCall || c == ',' || JsonScanner.isSpace(c);
        }
    }

    /** Follows the members of the call's own object, and skips what is nested in them. */
    private void member(char c, int before) {
        if (!inCall) {
            left();
        } else if (before != level) {
            return;
        } else if (json.endsKey()) {
            key = json.string();
            sure = keys.add(key) && !keys.containsAll(ARGUMENTS);
        } else if (json.endsString() && key.equals("name")) {
            name = json.string();
        } else if (c == '{' && json.depth() > level && ARGUMENTS.contains(key) && !name.isBlank()) {
            begin(c);
        }
    }

    private void begin(char c) {
        sure = announced.begin(name, 0);
        begun = sure;
        inArguments = sure;
        if (sure) {
            announced.argue(c);
        }
    }

    private void left() {
        sure = begun;
        begun = false;
        keys.clear();
        key = "";
        name = "";
    }
}
