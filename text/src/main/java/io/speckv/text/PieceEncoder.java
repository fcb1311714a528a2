package io.speckv.text;

import io.speckv.text.NativeTokenizer.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a text of any length in pieces of a few thousand characters, and gets the ids of the whole text.
 *
 * <p>Neighbouring pieces overlap. The next piece begins where a token of the current one begins, preferably at the beginning of
 * a word, and takes over at a token that both pieces have at the same place. This is right because a sequence of byte pairs
 * encodes a text exactly if every two neighbours encode their common text: one shared token joins two correct pieces to a
 * correct whole. Tokens near an end of a piece may be wrong and are not used.
 */
final class PieceEncoder {
    /**
     * Chars of a piece. A quadratic backtracking regular expression takes half the square of it, 8.4 million steps; Oniguruma
     * aborts the process at 10 million.
     */
    static final int PIECE = 4096;
    /** Chars at the end of a piece whose tokens may change with the text that follows. */
    private static final int UNSURE = 512;

    private static final int LATEST_CUT = PIECE * 3 / 4;
    private static final int EARLIEST_CUT = PIECE / 4;
    private static final int TRIES = 6;
    /** Tokens that two pieces must share in a row, if they have so many. */
    private static final int AGREEING = 8;

    /** Encodes a part of the text. */
    interface Window {
        /**
         * Returns the tokens of a piece.
         *
         * @param goesOn whether the text before {@code from} belongs to the same text
         */
        Piece encode(int from, int to, boolean goesOn);
    }

    private final String text;
    private final int end;
    private final Window window;

    /**
     * @param end index after the last char to encode
     */
    PieceEncoder(String text, int end, Window window) {
        this.text = text;
        this.end = end;
        this.window = window;
    }

    /** Appends the tokens of [from, end). */
    void encode(int from, EncodingBuilder tokens) {
        int at = from;
        int first = 0;
        tokens.check();
        Piece piece = window.encode(at, pieceEnd(at), false);
        while (piece.end() < end) {
            Join join = join(piece, at, first);
            tokens.add(piece, first, join.lastToken);
            tokens.check();
            piece = join.next;
            first = join.firstOfNext;
            at = join.at;
        }
        tokens.add(piece, first, piece.size());
        tokens.check();
    }

    /**
     * The transition to the next piece, which begins at {@code at}: the tokens of this piece end with {@code lastToken}, and
     * those of the next begin with {@code firstOfNext}.
     */
    private record Join(int at, int lastToken, Piece next, int firstOfNext) {}

    private Join join(Piece piece, int at, int first) {
        List<Integer> cuts = cuts(piece, at, first);
        for (int cut : cuts) {
            int start = piece.starts()[cut];
            Piece next = window.encode(start, pieceEnd(start), true);
            Join join = agreement(piece, cut, next, start);
            if (join != null) {
                return join;
            }
        }
        // No shared token was found: one token is longer than a piece, or the model looks further than a piece.
        int start = cuts.isEmpty() ? charStart(at + LATEST_CUT) : piece.starts()[cuts.get(0)];
        int last = cuts.isEmpty() ? piece.size() : cuts.get(0);
        return new Join(start, last, window.encode(start, pieceEnd(start), true), 0);
    }

    /** Returns tokens at which the next piece may begin, best first. */
    private List<Integer> cuts(Piece piece, int at, int first) {
        List<Integer> cuts = new ArrayList<>();
        int word = -1;
        for (int i = piece.size() - 1; i > first && word < 0; i--) {
            int start = piece.starts()[i];
            if (start < at + EARLIEST_CUT) {
                break;
            }
            if (start <= at + LATEST_CUT && start == piece.ends()[i - 1] && piece.ends()[i] > start) {
                if (beginsWord(start)) {
                    word = i;
                } else if (cuts.size() < TRIES) {
                    cuts.add(i);
                }
            }
        }
        if (word >= 0) {
            cuts.add(0, word);
        }
        return cuts;
    }

    /** Returns whether every pattern in use begins a word here: at a space between letters, or at a letter after a line end. */
    private boolean beginsWord(int at) {
        char here = text.charAt(at);
        char before = text.charAt(at - 1);
        return here == ' '
                ? at + 1 < end && Character.isLetter(text.charAt(at + 1)) && Character.isLetter(before)
                : before == '\n' && Character.isLetter(here);
    }

    private static @Nullable Join agreement(Piece piece, int cut, Piece next, int start) {
        int sure = piece.end() - UNSURE;
        int i = cut;
        int j = 0;
        int run = 0;
        while (i < piece.size() && j < next.size() && piece.ends()[i] <= sure && run < AGREEING) {
            if (piece.ids()[i] == next.ids()[j]
                    && piece.starts()[i] == next.starts()[j]
                    && piece.ends()[i] == next.ends()[j]) {
                run++;
                i++;
                j++;
            } else {
                run = 0;
                if (piece.starts()[i] < next.starts()[j]
                        || (piece.starts()[i] == next.starts()[j] && piece.ends()[i] <= next.ends()[j])) {
                    i++;
                } else {
                    j++;
                }
            }
        }
        return run == 0 ? null : new Join(start, i - run, next, j - run);
    }

    private int pieceEnd(int from) {
        return end - from <= PIECE ? end : charStart(from + PIECE);
    }

    /** Returns the last index up to this one that is not within a surrogate pair. */
    private int charStart(int at) {
        return Character.isLowSurrogate(text.charAt(at)) && Character.isHighSurrogate(text.charAt(at - 1))
                ? at - 1
                : at;
    }
}
