package io.speckv.text;

import java.util.Arrays;

/** Collects the tokens of a text that is encoded piece by piece. */
final class EncodingBuilder {
    private final String text;
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int size;

    EncodingBuilder(String text) {
        this.text = text;
        int guess = text.length() / 3 + 8;
        ids = new int[guess];
        starts = new int[guess];
        ends = new int[guess];
    }

    void add(int id, int start, int end) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
        }
        ids[size] = id;
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    Encoding build() {
        return new Encoding(text, Arrays.copyOf(ids, size), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
    }
}
