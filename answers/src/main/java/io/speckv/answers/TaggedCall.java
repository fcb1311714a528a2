package io.speckv.answers;

import java.util.List;

/**
 * {@code {"name": ..., "arguments": {...}}</tool_call>}, read from after {@code <tool_call>}. The closing mark may be missing
 * if the next call opens or the answer ends.
 */
final class TaggedCall implements CallMatcher {
    static final String OPEN = "<tool_call>";
    static final String CLOSE = "</tool_call>";

    private final CallJson json;
    private final StringBuilder tail = new StringBuilder();
    private boolean begun;
    private List<AnswerPart.Call> calls = List.of();

    TaggedCall(AnnouncedCalls announced) {
        this.json = new CallJson(announced);
    }

    @Override
    public Verdict accept(char c) {
        if (!calls.isEmpty()) {
            return afterObject(c);
        }
        if (!begun && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        if (!begun && c != '{') {
            return Verdict.WRONG;
        }
        begun = true;
        Verdict verdict = json.accept(c);
        if (verdict != Verdict.COMPLETE) {
            return verdict;
        }
        calls = json.calls();
        return calls.isEmpty() ? Verdict.WRONG : Verdict.OPEN;
    }

    private Verdict afterObject(char c) {
        if (tail.isEmpty() && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        tail.append(c);
        String seen = tail.toString();
        if (seen.equals(CLOSE) || seen.equals(OPEN)) {
            return Verdict.COMPLETE;
        }
        return CLOSE.startsWith(seen) || OPEN.startsWith(seen) ? Verdict.OPEN : Verdict.WRONG;
    }

    @Override
    public Verdict end() {
        return calls.isEmpty() ? Verdict.WRONG : Verdict.COMPLETE;
    }

    @Override
    public List<AnswerPart.Call> calls() {
        return calls;
    }

    @Override
    public int unread() {
        return tail.toString().equals(OPEN) ? OPEN.length() : 0;
    }
}
