package io.speckv.evals.training;

import io.speckv.evals.words.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts needles between pieces of hay so that the whole is an exact number of tokens.
 *
 * <p>Pieces stand on lines of their own, or one after the other as running text like RULER's essays. The first piece is
 * cut at its left end to make the length; pieces are encoded one by one at places where no token spans two of them.
 */
final class Layout {
    private static final double HEADER_SHARE = 0.8;

    private final TextEncoder encoder;
    private final int[] header;
    private final boolean running;
    private final Supplier<String> hay;

    /**
     * Creates a layout.
     *
     * @param header text that stands above most haystacks that are long enough for it
     * @param running whether pieces follow one another in one line
     * @param hay draws the next piece of hay
     */
    Layout(TextEncoder encoder, String header, boolean running, Supplier<String> hay) {
        this.encoder = encoder;
        this.header = encoder.encode(header);
        this.running = running;
        this.hay = hay;
    }

    /** Returns the tokens that {@code pieces} take at most. */
    int tokens(List<String> pieces) {
        return pieces.stream().mapToInt(piece -> encode(piece, true).length).sum();
    }

    /** Returns the tokens of {@code needles} in hay, {@code length} in all, in rows. */
    List<int[]> rows(List<String> needles, int length, Draw draw) {
        boolean headed = header.length * 4 < length && draw.chance(HEADER_SHARE);
        int room = length - (headed ? header.length : 0);
        List<String> pieces = new ArrayList<>();
        String cut = "";
        for (int left = room - tokens(needles); left > 0; left -= tokens(List.of(cut))) {
            if (!cut.isEmpty()) {
                pieces.add(cut);
            }
            cut = hay.get();
        }
        for (String needle : needles) {
            pieces.add(draw.between(0, pieces.size()), needle);
        }
        List<int[]> rows = new ArrayList<>();
        int left = room;
        for (int i = 0; i < pieces.size(); i++) {
            rows.add(encode(pieces.get(i), i == pieces.size() - 1));
            left -= rows.get(i).length;
        }
        rows.add(0, tail(cut, left));
        if (headed) {
            rows.add(0, header);
        }
        return rows;
    }

    /** Returns the last {@code length} tokens of {@code piece}, line ends before it where it is too short. */
    private int[] tail(String piece, int length) {
        int[] ids = encode(piece, false);
        int[] row = new int[length];
        Arrays.fill(row, encoder.encode("\n")[0]);
        int kept = Math.min(length, ids.length);
        System.arraycopy(ids, ids.length - kept, row, length - kept, kept);
        return row;
    }

    private int[] encode(String piece, boolean last) {
        String text = running ? " " + piece + (last ? "\n" : "") : piece + "\n";
        return encoder.encode(text);
    }
}
