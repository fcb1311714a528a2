package io.speckv.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the tokens of a text that is encoded in pieces, until its limit is reached. */
final class EncodingBuilder {
    private static final int FIRST_ROOM = 1 << 12;

    private final String text;
    private final EncodingLimit limit;
    private final boolean keepsSpelling;
    private final List<String> spelled = new ArrayList<>();
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int size;

    /** @param keepsSpelling whether to keep the tokens' spellings in the vocabulary, too */
    EncodingBuilder(String text, EncodingLimit limit, boolean keepsSpelling) {
        this.text = text;
        this.limit = limit;
        this.keepsSpelling = keepsSpelling;
        int guess = Math.min(FIRST_ROOM, text.length() / 3 + 8);
        ids = new int[guess];
        starts = new int[guess];
        ends = new int[guess];
    }

    void add(int id, int start, int end, String spelling) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
        }
        ids[size] = id;
        starts[size] = start;
        ends[size] = end;
        size++;
        if (keepsSpelling) {
            spelled.add(spelling);
        }
    }

    /** Adds tokens [from, to) of a piece. */
    void add(NativeTokenizer.Piece piece, int from, int to) {
        for (int i = from; i < to; i++) {
            add(piece.ids()[i], piece.starts()[i], piece.ends()[i], keepsSpelling ? piece.spelled()[i] : "");
        }
    }

    boolean keepsSpelling() {
        return keepsSpelling;
    }

    /**
     * Returns normally if more tokens may come.
     *
     * @throws TooManyTokensException if there are too many already
     * @throws java.util.concurrent.CancellationException if the caller gave up
     */
    void check() {
        limit.check(size);
    }

    List<String> spelled() {
        return spelled;
    }

    Encoding build() {
        limit.check(size);
        return new Encoding(text, Arrays.copyOf(ids, size), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
    }
}
