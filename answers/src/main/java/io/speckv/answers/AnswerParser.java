package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads one answer as it comes: reasoning, text and calls, in order. Once neighbouring texts of one kind are joined, the parts
 * depend on the whole text alone, not on how it was cut into pieces. Anything that is not a valid call stays text. Only marks
 * and the white space between calls are dropped.
 *
 * <p>Reasoning begins if the prompt opened it or if the answer begins with the start mark. It ends at the first end mark. Calls
 * within it are reasoning too, unless the answer ends without the end mark: then the model made calls without closing its
 * reasoning first. Thread-confined.
 */
public final class AnswerParser {
    private enum Place {
        BEFORE,
        REASONING,
        /** Within reasoning, after a call's opening mark. Only the end mark or the answer's end shows whether it is a call. */
        UNCLOSED,
        TEXT
    }

    private final AnswerSyntax syntax;
    private final ToolTypes tools;
    private final CallReader content;
    private final MarkSearch inReasoning;
    private final StringBuilder held = new StringBuilder();
    private final String startMark;
    private final String endMark;
    private Place place;
    private List<AnswerPart> parts = new ArrayList<>();

    /** @param tools that the request declares */
    public AnswerParser(AnswerSyntax syntax, ToolTypes tools) {
        this(syntax, tools, false);
    }

    /**
     * @param tools that the request declares
     * @param argumentsStream whether a call is sent as it comes, as {@link AnswerPart.CallBegun} and the parts that follow it,
     *     once its head is known and its tool is declared. Such a call stays a call even if it turns out invalid, and the text
     *     after its arguments is text
     */
    public AnswerParser(AnswerSyntax syntax, ToolTypes tools, boolean argumentsStream) {
        this.syntax = syntax;
        this.tools = tools;
        this.startMark = syntax.reasoning().map(ReasoningMarks::start).orElse("");
        this.endMark = syntax.reasoning().map(ReasoningMarks::end).orElse("");
        this.place = syntax.reasoning().isPresent() ? Place.BEFORE : Place.TEXT;
        CallFormat calls = syntax.calls();
        this.content = new CallReader(
                calls,
                tools,
                argumentsStream,
                new TextAroundCalls(calls, AnswerPart.Text::new, part -> parts.add(part)));
        this.inReasoning = new MarkSearch(
                Stream.concat(Stream.of(endMark), calls.isMarked() ? calls.openers().stream() : Stream.<String>empty())
                        .toList());
    }

    /** Returns the parts that a piece of text completes. */
    public List<AnswerPart> read(String piece) {
        if (place == Place.TEXT && syntax.calls() == CallFormat.NONE) {
            return piece.isEmpty() ? List.of() : List.of(new AnswerPart.Text(piece));
        }
        take(piece);
        return taken();
    }

    /** Returns the remaining parts, since no text follows. */
    public List<AnswerPart> end() {
        switch (place) {
            case BEFORE -> endBefore();
            case REASONING -> reasoned(held.toString());
            case UNCLOSED -> {
                // None of the call has been sent yet, so it can still become text.
                CallReader calls = new CallReader(
                        syntax.calls(),
                        tools,
                        false,
                        new TextAroundCalls(syntax.calls(), AnswerPart.Reasoning::new, part -> parts.add(part)));
                calls.read(held.toString());
                calls.end();
            }
            case TEXT -> {}
        }
        held.setLength(0);
        content.end();
        return taken();
    }

    /** Returns whether the next text would be reasoning. */
    public boolean isReasoning() {
        return place == Place.REASONING || place == Place.UNCLOSED || (place == Place.BEFORE && syntax.opened());
    }

    /** Returns how many of the last characters that were read are undecided: a later part may have them, or none. */
    public int undecided() {
        return held.length() + content.undecided();
    }

    private List<AnswerPart> taken() {
        List<AnswerPart> taken = parts;
        parts = new ArrayList<>();
        return taken;
    }

    private void take(String piece) {
        switch (place) {
            case BEFORE -> before(piece);
            case REASONING -> reasoning(piece);
            case UNCLOSED -> unclosed(piece);
            case TEXT -> content.read(piece);
        }
    }

    /** The start mark counts only at the answer's beginning; white space may come before it. */
    private void before(String piece) {
        held.append(piece);
        String seen = held.toString().stripLeading();
        if (seen.length() < startMark.length() && startMark.startsWith(seen)) {
            return;
        }
        boolean marked = seen.startsWith(startMark);
        String rest = marked ? seen.substring(startMark.length()) : held.toString();
        String space = marked ? held.substring(0, held.length() - seen.length()) : "";
        held.setLength(0);
        reasoned(space);
        place = marked || syntax.opened() ? Place.REASONING : Place.TEXT;
        take(rest);
    }

    private void endBefore() {
        if (syntax.opened()) {
            reasoned(held.toString());
        } else {
            content.read(held.toString());
        }
    }

    private void reasoning(String piece) {
        held.append(piece);
        MarkSearch.Found found = inReasoning.first(held, 0);
        reasoned(held.substring(0, found.at()));
        held.delete(0, found.at());
        if (!found.isWhole()) {
            return;
        }
        if (found.mark().equals(endMark)) {
            close(held.substring(endMark.length()));
        } else {
            String suspect = held.toString();
            held.setLength(0);
            place = Place.UNCLOSED;
            unclosed(suspect);
        }
    }

    private void unclosed(String piece) {
        int from = Math.max(0, held.length() - endMark.length());
        held.append(piece);
        int end = held.indexOf(endMark, from);
        if (end >= 0) {
            String after = held.substring(end + endMark.length());
            reasoned(held.substring(0, end));
            close(after);
        }
    }

    private void close(String after) {
        held.setLength(0);
        place = Place.TEXT;
        content.read(after);
    }

    private void reasoned(String text) {
        if (!text.isEmpty()) {
            parts.add(new AnswerPart.Reasoning(text));
        }
    }
}
