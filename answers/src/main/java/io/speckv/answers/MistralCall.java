package io.speckv.answers;

import java.util.List;

/**
 * What follows {@code [TOOL_CALLS]}: {@code name{...}}, {@code name[ARGS]{...}}, {@code name[CALL_ID]id[ARGS]{...}}, or the
 * array of objects that models before Mistral's tokenizer 11 write.
 */
final class MistralCall implements CallMatcher {
    static final String OPEN = "[TOOL_CALLS]";
    private static final String ARGS = "[ARGS]";
    private static final String CALL_ID = "[CALL_ID]";
    private static final int HEAD_CHARS_MOST = 512;

    private final StringBuilder head = new StringBuilder();
    private final AnnouncedCalls announced;
    private final CallJson array;
    private final JsonScanner object = new JsonScanner();
    private boolean inArray;
    private boolean inObject;
    private List<AnswerPart.Call> calls = List.of();

    MistralCall(AnnouncedCalls announced) {
        this.announced = announced;
        this.array = new CallJson(announced);
    }

    @Override
    public Verdict accept(char c) {
        if (inArray) {
            return inArray(c);
        }
        if (inObject) {
            return inObject(c);
        }
        if (head.isEmpty() && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        if (c == '[' && head.isEmpty()) {
            inArray = true;
            return inArray(c);
        }
        if (c == '{') {
            inObject = true;
            return begun(c);
        }
        head.append(c);
        return head.length() > HEAD_CHARS_MOST || !isHead(head.toString()) ? Verdict.WRONG : Verdict.OPEN;
    }

    private Verdict inArray(char c) {
        Verdict verdict = array.accept(c);
        if (verdict != Verdict.COMPLETE) {
            return verdict;
        }
        calls = array.calls();
        return calls.isEmpty() ? Verdict.WRONG : Verdict.COMPLETE;
    }

    private Verdict begun(char c) {
        if (!isWholeHead(head.toString())) {
            return Verdict.WRONG;
        }
        var unused = announced.begin(name(head.toString()), 1);
        return inObject(c);
    }

    private Verdict inObject(char c) {
        Verdict verdict = object.accept(c);
        if (verdict != Verdict.WRONG) {
            announced.argue(c);
        }
        if (verdict == Verdict.COMPLETE) {
            calls = List.of(new AnswerPart.Call(name(head.toString()), object.text()));
        }
        return verdict;
    }

    /** Returns whether the head may become a name with the marks after it. */
    private static boolean isHead(String head) {
        int mark = head.indexOf('[');
        String name = name(head);
        if (name.isEmpty() || !name.chars().allMatch(MistralCall::isNameChar)) {
            return false;
        }
        if (mark < 0) {
            return true;
        }
        String marks = head.substring(mark);
        if (!marks.startsWith(CALL_ID)) {
            return ARGS.startsWith(marks)
                    || CALL_ID.startsWith(marks)
                    || marks.strip().equals(ARGS);
        }
        int args = marks.indexOf('[', CALL_ID.length());
        return args < 0 || ARGS.startsWith(marks.substring(args).strip());
    }

    private static boolean isWholeHead(String head) {
        return !head.isEmpty() && (head.indexOf('[') < 0 || head.strip().endsWith(ARGS));
    }

    private static String name(String head) {
        int mark = head.indexOf('[');
        return (mark < 0 ? head : head.substring(0, mark)).strip();
    }

    private static boolean isNameChar(int c) {
        return !Character.isWhitespace(c) && "\"'()]}<>,;".indexOf(c) < 0;
    }

    @Override
    public Verdict end() {
        return Verdict.WRONG;
    }

    @Override
    public List<AnswerPart.Call> calls() {
        return calls;
    }
}
