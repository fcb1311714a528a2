package io.speckv.answers;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Passes on text and calls. White space is layout and dropped if it stands alone between two calls, or between a call and the
 * answer's beginning or end. White space next to text stays.
 */
final class TextAroundCalls {
    private final CallFormat format;
    private final Function<String, AnswerPart> kind;
    private final Consumer<AnswerPart> out;
    private final StringBuilder layout = new StringBuilder();
    private boolean atEdge = true;
    private boolean called;

    /** @param kind makes the part of a text */
    TextAroundCalls(CallFormat format, Function<String, AnswerPart> kind, Consumer<AnswerPart> out) {
        this.format = format;
        this.kind = kind;
        this.out = out;
    }

    void text(String text) {
        int from = 0;
        while (atEdge && from < text.length() && format.isLayout(text.charAt(from), called)) {
            layout.append(text.charAt(from++));
        }
        if (from == text.length()) {
            return;
        }
        atEdge = false;
        pass(layout + text.substring(from));
        layout.setLength(0);
    }

    /** Takes a mark that is dropped after a call; elsewhere the mark is text. */
    void trailer(String mark) {
        if (!atEdge || !called) {
            text(mark);
        }
    }

    /** Takes calls or parts of a call. */
    void calls(List<? extends AnswerPart> calls) {
        layout.setLength(0);
        atEdge = true;
        called = true;
        calls.forEach(out);
    }

    void end() {
        if (!called) {
            pass(layout.toString());
        }
        layout.setLength(0);
    }

    private void pass(String text) {
        if (!text.isEmpty()) {
            out.accept(kind.apply(text));
        }
    }
}
