package io.speckv.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** Formats findings as lines of at most 80 columns. */
final class FindingText {
    private static final int COLUMNS = 80;
    private static final String INDENT = " ".repeat(21);

    private FindingText() {}

    /** Returns a finding's lines: mark, subject and text, then the advice. */
    static List<String> lines(Finding finding) {
        List<String> lines = wrap(head(mark(finding.verdict()), finding.subject()), finding.text());
        if (!finding.advice().isEmpty()) {
            lines.addAll(wrap(INDENT, "-> " + finding.advice()));
        }
        return lines;
    }

    /** Returns {@code text} after a mark and a subject, in lines. */
    static List<String> lines(String mark, String subject, String text) {
        return wrap(head(mark, subject), text);
    }

    private static String mark(Finding.Verdict verdict) {
        return switch (verdict) {
            case RIGHT -> "ok";
            case NOTE -> "note";
            case WRONG -> "WRONG";
        };
    }

    private static String head(String mark, String subject) {
        String head = "%-6s%-15s".formatted(mark, subject);
        return head.endsWith(" ") ? head : head + " ";
    }

    private static List<String> wrap(String head, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(head);
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder(INDENT);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }
}
