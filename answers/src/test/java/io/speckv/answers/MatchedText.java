package io.speckv.answers;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a matcher makes of a text that it reads from after its opener until it decides or the text is over.
 *
 * @param verdict OPEN if the text ended first
 * @param taken characters of the match or, if it is open or wrong, all that were read
 * @param calls as {@code tool arguments}
 * @param sent what was announced, in the order in which it can leave
 * @param behind characters at the end that no announced call has
 */
record MatchedText(Verdict verdict, String taken, List<String> calls, List<AnswerPart> sent, int behind) {
    /** Tools that requests of these tests declare. */
    static final ToolTypes TOOLS = ToolTypes.of(Map.of(
            "ping", Map.of(), "look", Map.of("properties", Map.of("n", Map.of("type", "integer")))));

    /** What is expected of a text that no call has from its last character on. */
    static MatchedText wrongAfter(String taken) {
        return new MatchedText(Verdict.WRONG, taken, List.of(), List.of(), taken.length());
    }

    /** Reads a text for a request that takes calls when they are complete. */
    static MatchedText of(Function<AnnouncedCalls, CallMatcher> matcher, String text) {
        return read(matcher, new AnnouncedCalls(TOOLS, false), text);
    }

    /** Reads a text for a request that takes calls as they come. */
    static MatchedText streamed(Function<AnnouncedCalls, CallMatcher> matcher, String text) {
        return read(matcher, new AnnouncedCalls(TOOLS, true), text);
    }

    private static MatchedText read(
            Function<AnnouncedCalls, CallMatcher> matchers, AnnouncedCalls announced, String text) {
        CallMatcher matcher = matchers.apply(announced);
        Verdict verdict = Verdict.OPEN;
        int at = 0;
        while (verdict == Verdict.OPEN && at < text.length()) {
            announced.advance();
            verdict = matcher.accept(text.charAt(at++));
        }
        boolean complete = verdict == Verdict.COMPLETE;
        List<String> calls = new ArrayList<>();
        if (complete) {
            matcher.calls().forEach(call -> calls.add(call.tool() + " " + call.arguments()));
        }
        return new MatchedText(
                verdict,
                text.substring(0, at - (complete ? matcher.unread() : 0)),
                calls,
                announced.taken(),
                announced.behind());
    }

    /** Returns what a matcher says of a text that ends after {@code text}, all of which it has to read. */
    static Verdict atEndOf(Function<AnnouncedCalls, CallMatcher> matchers, String text) {
        CallMatcher matcher = matchers.apply(new AnnouncedCalls(TOOLS, false));
        for (int i = 0; i < text.length(); i++) {
            Verdict verdict = matcher.accept(text.charAt(i));
            if (verdict != Verdict.OPEN) {
                throw new AssertionError(verdict + " after " + text.substring(0, i + 1));
            }
        }
        return matcher.end();
    }
}
