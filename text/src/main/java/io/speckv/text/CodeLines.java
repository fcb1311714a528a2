package io.speckv.text;

import io.speckv.selection.Lines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines of code and of tables in a text. Code is text in fences ({@code ```}), and any block between blank lines in which at
 * least half of the lines look like code. A table is two or more consecutive lines with cells.
 */
final class CodeLines {
    private static final String FENCE = "```";
    private static final double CODE_LEAST = 0.5;
    /** A longer line is judged by its beginning. */
    private static final int JUDGED = 400;

    private static final List<Pattern> CODE = List.of(
            Pattern.compile(".*[;{}]\\s*"), // a statement, a block
            Pattern.compile("\\s*[)\\]}]+[,;]?\\s*"),
            Pattern.compile(".*\\w[(\\[].*"), // a call, an element
            Pattern.compile(".*(\\s[-+*/:]?=\\s|[=!<>]=|->|=>|::|&&|\\|\\|).*"),
            Pattern.compile("\\s*(//|/\\*|\\*/|\\* |#include|#define|@\\w|</?\\w).*"),
            Pattern.compile("\\s*(import|from|package|return|public|private|static|const|let|var)\\s.*"),
            Pattern.compile("\\s*(def|class|func|fn|if|else|elif|for|while|try|except|switch|case)\\b.*[:{(]\\s*"),
            Pattern.compile("\\s*\"[^\"]+\"\\s*:.*")); // a member of an object

    /** The end of a sentence; {@code a.b(c).} does not count as one. */
    private static final Pattern SENTENCE = Pattern.compile(".*[a-z]{2}[.?!][\"')]?\\s*");

    private static final List<Pattern> CELLS = List.of(
            Pattern.compile("\\s*\\|.*\\|\\s*"),
            Pattern.compile("[^\\t]*\\t[^\\t]*\\t.*"),
            Pattern.compile("[^|]*\\s\\|\\s[^|]*\\s\\|\\s.*"));

    private final String text;
    private final List<Line> lines = new ArrayList<>();

    /**
     * A line.
     *
     * @param start of its first character
     * @param end after its line break, or the end of the text
     * @param content the part by which it is judged
     */
    private record Line(int start, int end, String content) {
        boolean isBlank() {
            return content.isBlank();
        }
    }

    private CodeLines(String text) {
        this.text = text;
    }

    /** Returns the tokens of each such line; a token belongs to the line in which it begins. */
    static Lines of(Encoding encoding) {
        CodeLines found = new CodeLines(encoding.text());
        found.split();
        boolean[] together = found.fencedOrAlike();
        int[] starts = new int[together.length];
        int[] ends = new int[together.length];
        int count = 0;
        int token = 0;
        for (int i = 0; i < together.length; i++) {
            int first = token;
            while (token < encoding.size() && encoding.starts()[token] < found.lines.get(i).end) {
                token++;
            }
            if (together[i] && token > first) {
                starts[count] = first;
                ends[count++] = token;
            }
        }
        return Lines.of(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
    }

    private void split() {
        int start = 0;
        while (start < text.length()) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed + 1;
            lines.add(new Line(start, end, judged(text.substring(start, Math.min(end, start + JUDGED)))));
            start = end;
        }
    }

    /** Returns a line without its line break, which may be of either kind. */
    private static String judged(String line) {
        String bare = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        return bare.endsWith("\r") ? bare.substring(0, bare.length() - 1) : bare;
    }

    private boolean[] fencedOrAlike() {
        boolean[] together = new boolean[lines.size()];
        boolean fenced = false;
        int block = 0;
        for (int i = 0; i < together.length; i++) {
            Line line = lines.get(i);
            boolean fence = line.content.stripLeading().startsWith(FENCE);
            if (fence || fenced || line.isBlank()) {
                mark(together, block, i);
                block = i + 1;
            }
            together[i] = fence || (fenced && !line.isBlank());
            fenced ^= fence;
        }
        mark(together, block, together.length);
        return together;
    }

    /** Judges a block without blank lines. */
    private void mark(boolean[] together, int from, int to) {
        List<Line> block = lines.subList(from, to);
        long code = block.stream().filter(CodeLines::isCode).count();
        if (code > 0 && code >= CODE_LEAST * block.size()) {
            Arrays.fill(together, from, to, true);
            return;
        }
        for (int i = from; i < to; i++) {
            boolean cells = hasCells(i);
            together[i] = cells && ((i > from && hasCells(i - 1)) || (i + 1 < to && hasCells(i + 1)));
        }
    }

    private static boolean isCode(Line line) {
        return !SENTENCE.matcher(line.content).matches() && matchesAny(CODE, line);
    }

    private boolean hasCells(int line) {
        return matchesAny(CELLS, lines.get(line));
    }

    private static boolean matchesAny(List<Pattern> patterns, Line line) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.matcher(line.content).matches());
    }
}
