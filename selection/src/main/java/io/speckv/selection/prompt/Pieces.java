package io.speckv.selection.prompt;

import io.speckv.selection.Lines;
import java.util.Arrays;

/**
 * A prompt cut into pieces that stay or go as a whole.
 *
 * @param starts of the pieces, ascending, the first at 0
 * @param tokens of the prompt
 */
@SuppressWarnings("ArrayRecordComponent")
record Pieces(int[] starts, int tokens) {
    /** A longer line is cut, because minified code has a whole file in one line. */
    static final int LONGEST_LINE = 128;

    /** Cuts running text every {@code chunkTokens}, and lines at their ends. Lines that are too long are cut as well. */
    static Pieces lineByLine(int tokens, Lines lines, int chunkTokens) {
        Cuts cuts = new Cuts(tokens);
        for (int i = 0; i < lines.count(); i++) {
            cuts.running(lines.start(i), chunkTokens);
            cuts.running(lines.end(i), LONGEST_LINE);
        }
        cuts.running(tokens, chunkTokens);
        return cuts.pieces();
    }

    /**
     * Cuts running text every {@code chunkTokens}, code and tables every {@code codeTokens}.
     *
     * @param wholeLines whether code and tables are cut at ends of lines instead, at the last one within {@code codeTokens}
     */
    static Pieces byKind(int tokens, Lines lines, int chunkTokens, int codeTokens, boolean wholeLines) {
        Cuts cuts = new Cuts(tokens);
        int first = 0;
        while (first < lines.count()) {
            int last = first;
            while (last + 1 < lines.count() && lines.start(last + 1) == lines.end(last)) {
                last++;
            }
            cuts.running(lines.start(first), chunkTokens);
            for (int i = first; wholeLines && i < last; i++) {
                if (lines.end(i + 1) - cuts.open > codeTokens) {
                    cuts.running(lines.end(i), codeTokens);
                }
            }
            cuts.running(lines.end(last), codeTokens);
            first = last + 1;
        }
        cuts.running(tokens, chunkTokens);
        return cuts.pieces();
    }

    int count() {
        return starts.length;
    }

    int start(int piece) {
        return starts[piece];
    }

    int end(int piece) {
        return piece + 1 < starts.length ? starts[piece + 1] : tokens;
    }

    /** Returns the piece of each token. */
    int[] ofTokens() {
        int[] of = new int[tokens];
        for (int piece = 0; piece < count(); piece++) {
            Arrays.fill(of, start(piece), end(piece), piece);
        }
        return of;
    }

    private static final class Cuts {
        private final int[] starts;
        private int count;
        /** Where the current piece begins. */
        private int open;

        Cuts(int tokens) {
            starts = new int[tokens];
        }

        /** Cuts every {@code chunkTokens} up to {@code end}, where a piece ends as well. */
        void running(int end, int chunkTokens) {
            while (open < end) {
                starts[count++] = open;
                open = Math.min(end, open + chunkTokens);
            }
        }

        Pieces pieces() {
            return new Pieces(Arrays.copyOf(starts, count), open);
        }
    }
}
