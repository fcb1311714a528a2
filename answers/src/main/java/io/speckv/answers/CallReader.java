package io.speckv.answers;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls in text as it comes. Text is sent as soon as it cannot begin a call. A possible call is held until it is
 * complete; if it turns out wrong, its opening mark becomes text and reading goes on behind the mark. An announced call that
 * turns out wrong stays a call up to its arguments; what follows them is text.
 */
final class CallReader {
    /**
     * Most characters that may be read again because they looked like a call. Beyond it the rest of the answer is text, so that
     * no answer takes quadratic time.
     */
    private static final long VAIN_CHARS_MOST = 1 << 24;

    private final CallFormat format;
    private final ToolTypes tools;
    private final MarkSearch marks;
    private final boolean announces;
    private final TextAroundCalls out;

    /** Undecided text; cleared whenever everything is decided. */
    private final StringBuilder held = new StringBuilder();

    private @Nullable CallMatcher matcher;
    private AnnouncedCalls announced;
    private String opener = "";
    /** Start of the undecided text; {@code next} is where the matcher reads on. */
    private int start;

    private int next;
    private long vain;

    /** @param announces whether calls are sent as they come, once their heads are known */
    CallReader(CallFormat format, ToolTypes tools, boolean announces, TextAroundCalls out) {
        this.format = format;
        this.tools = tools;
        this.announces = announces;
        this.announced = new AnnouncedCalls(tools, announces);
        this.out = out;
        this.marks = new MarkSearch(Stream.concat(format.openers().stream(), format.trailers().stream())
                .toList());
    }

    void read(String text) {
        held.append(text);
        decide(false);
        if (start == held.length() && matcher == null) {
            held.setLength(0);
            start = 0;
            next = 0;
        }
    }

    /** Returns how many of the last characters are undecided. */
    int undecided() {
        return held.length() - start;
    }

    /** Ends the text. */
    void end() {
        decide(true);
        out.end();
    }

    private void decide(boolean last) {
        while (matcher != null ? match(matcher, last) : search(last)) {
            // each step decides some text or finds that it needs more
        }
    }

    /** Looks for the next mark; returns whether there is more to do. */
    private boolean search(boolean last) {
        if (start == held.length()) {
            return false;
        }
        MarkSearch.Found found =
                vain > VAIN_CHARS_MOST ? new MarkSearch.Found(held.length(), "") : marks.first(held, start);
        out.text(held.substring(start, found.at()));
        start = found.at();
        if (!found.isWhole()) {
            if (last) {
                out.text(held.substring(start));
                start = held.length();
            }
            return false;
        }
        next = start + found.mark().length();
        if (format.openers().contains(found.mark())) {
            opener = found.mark();
            announced = new AnnouncedCalls(tools, announces);
            matcher = format.begin(opener, tools, announced);
        } else {
            out.trailer(found.mark());
            start = next;
        }
        return true;
    }

    /** Lets the matcher read on; returns whether there is more to do. */
    private boolean match(CallMatcher matching, boolean last) {
        Verdict verdict = Verdict.OPEN;
        while (verdict == Verdict.OPEN && next < held.length()) {
            announced.advance();
            verdict = matching.accept(held.charAt(next++));
        }
        if (verdict == Verdict.OPEN && last) {
            verdict = matching.end();
        }
        if (verdict != Verdict.OPEN) {
            announced.end(verdict == Verdict.COMPLETE);
        }
        pass(announced.taken());
        if (verdict == Verdict.OPEN) {
            return false;
        }
        if (verdict == Verdict.COMPLETE) {
            List<AnswerPart.Call> calls = matching.calls();
            pass(calls.subList(announced.count(), calls.size()));
            start = next - matching.unread();
        } else if (announced.count() > 0) {
            vain += announced.behind();
            start = next - announced.behind();
        } else {
            vain += next - start;
            out.text(opener);
            start += opener.length();
        }
        matcher = null;
        return true;
    }

    private void pass(List<? extends AnswerPart> calls) {
        if (!calls.isEmpty()) {
            out.calls(calls);
        }
    }
}
