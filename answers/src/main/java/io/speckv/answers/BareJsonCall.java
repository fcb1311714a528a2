package io.speckv.answers;

import java.util.List;

/** A call, or an array of calls, as JSON without marks or after {@code <|python_tag|>}. */
final class BareJsonCall implements CallMatcher {
    static final String TAG = "<|python_tag|>";

    private final CallJson json;
    private final boolean tagged;
    private final ToolTypes tools;
    private boolean begun;
    private List<AnswerPart.Call> calls = List.of();

    /** @param opener the tag, or the first character of the object or array */
    BareJsonCall(String opener, ToolTypes tools, AnnouncedCalls announced) {
        this.json = new CallJson(announced);
        this.tools = tools;
        this.tagged = opener.equals(TAG);
        if (!tagged) {
            begun = true;
            var unused = json.accept(opener.charAt(0));
        }
    }

    @Override
    public Verdict accept(char c) {
        if (!begun && JsonScanner.isSpace(c)) {
            return Verdict.OPEN;
        }
        begun = true;
        Verdict verdict = json.accept(c);
        if (verdict != Verdict.COMPLETE) {
            return verdict;
        }
        calls = json.calls();
        // Without the tag, JSON of the same shape may be what the user asked for, so every tool must be declared.
        boolean meant = tagged || calls.stream().allMatch(call -> tools.declares(call.tool()));
        return calls.isEmpty() || !meant ? Verdict.WRONG : Verdict.COMPLETE;
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
