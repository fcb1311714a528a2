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
    private JsonScanner json = new JsonScanner();
    private boolean inJson;
    private List<AnswerPart.Call> calls = List.of();

    @Override
    public Verdict accept(char c) {
        if (inJson) {
            return complete(json.accept(c));
        }
        if (head.isEmpty() && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        if (c == '{' || (c == '[' && head.isEmpty())) {
            inJson = true;
            return !head.isEmpty() || c == '[' ? json.accept(c) : Verdict.WRONG;
        }
        head.append(c);
        return head.length() > HEAD_CHARS_MOST || !isHead(head.toString()) ? Verdict.WRONG : Verdict.OPEN;
    }

    private Verdict complete(Verdict verdict) {
        if (verdict != Verdict.COMPLETE) {
            return verdict;
        }
        if (head.isEmpty()) {
            calls = CallObject.readAll(json.text());
        } else if (isWholeHead(head.toString())) {
            calls = List.of(new AnswerPart.Call(name(head.toString()), json.text()));
        }
        return calls.isEmpty() ? Verdict.WRONG : Verdict.COMPLETE;
    }

    /** Whether it may become a name, and the marks behind it. */
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
        return head.indexOf('[') < 0 || head.strip().endsWith(ARGS);
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
