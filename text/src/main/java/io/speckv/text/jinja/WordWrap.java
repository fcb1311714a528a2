package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jinja's {@code wordwrap}: lines of at most so many characters, as Python's {@code textwrap} makes them. */
final class WordWrap {
    private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
    private static final String WORD_END = "[\\w!\"'&.,?]";
    private static final String LETTER = "[^\\d\\W]";
    /** White space, dashes between words, and words up to a hyphen in them. */
    private static final Pattern PIECE = Pattern.compile(
            SPACE + "+|(?<=" + WORD_END + ")-{2,}(?=\\w)|[^" + SPACE.substring(1) + "+?(?:-(?:(?<=" + LETTER
                    + "{2}-)|(?<="
                    + LETTER + "-" + LETTER + "-))(?=" + LETTER + "-?" + LETTER + ")|(?=" + SPACE + "|\\z)|(?<="
                    + WORD_END
                    + ")(?=-{2,}\\w))",
            Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern WORD = Pattern.compile(SPACE + "+|[^" + SPACE.substring(1) + "+");

    private final int width;
    private final boolean breaks;
    private final boolean hyphens;

    private WordWrap(int width, boolean breaks, boolean hyphens) {
        this.width = width;
        this.breaks = breaks;
        this.hyphens = hyphens;
    }

    static String wrap(String text, Arguments arguments) {
        int width = arguments.integer(0, "width", 79);
        if (width <= 0) {
            throw new JinjaException("invalid width " + width + " (must be > 0)");
        }
        String end = arguments.text(2, "wrapstring", "\n");
        WordWrap wrap = new WordWrap(
                width, arguments.flag(1, "break_long_words", true), arguments.flag(3, "break_on_hyphens", true));
        List<String> lines = new ArrayList<>();
        for (Object line : PythonText.lines(text, false)) {
            lines.add(String.join(end, wrap.wrapped((String) line)));
        }
        return String.join(end, lines);
    }

    private List<String> wrapped(String text) {
        List<String> pieces = pieces(text);
        Collections.reverse(pieces);
        List<String> lines = new ArrayList<>();
        while (!pieces.isEmpty()) {
            if (!lines.isEmpty() && isBlank(last(pieces))) {
                takeLast(pieces);
            }
            String line = line(pieces);
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Takes a line off the end of the pieces. */
    private String line(List<String> pieces) {
        List<String> line = new ArrayList<>();
        int length = 0;
        while (!pieces.isEmpty() && length + PythonText.length(last(pieces)) <= width) {
            length += PythonText.length(last(pieces));
            line.add(takeLast(pieces));
        }
        if (!pieces.isEmpty() && PythonText.length(last(pieces)) > width) {
            takeLong(pieces, line, width - length);
        }
        if (!line.isEmpty() && isBlank(last(line))) {
            takeLast(line);
        }
        return String.join("", line);
    }

    private void takeLong(List<String> pieces, List<String> line, int room) {
        if (breaks) {
            String piece = takeLast(pieces);
            int end = piece.offsetByCodePoints(0, room);
            int hyphen = hyphens ? piece.lastIndexOf('-', end - 1) : -1;
            if (hyphen > 0 && piece.chars().limit(hyphen).anyMatch(c -> c != '-')) {
                end = hyphen + 1;
            }
            line.add(piece.substring(0, end));
            pieces.add(piece.substring(end));
        } else if (line.isEmpty()) {
            line.add(takeLast(pieces));
        }
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher piece = (hyphens ? PIECE : WORD).matcher(text);
        while (piece.find()) {
            pieces.add(piece.group());
        }
        return pieces;
    }

    private static boolean isBlank(String piece) {
        return PythonText.strip(piece, null).isEmpty();
    }

    private static String last(List<String> pieces) {
        return pieces.get(pieces.size() - 1);
    }

    private static String takeLast(List<String> pieces) {
        return pieces.remove(pieces.size() - 1);
    }
}
