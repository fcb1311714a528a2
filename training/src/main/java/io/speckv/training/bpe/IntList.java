package io.speckv.training.bpe;

import java.util.Arrays;

/** A growing list of ints. A list of boxed numbers would take most of the time of encoding. */
final class IntList {
    private int[] values;
    private int size;

    IntList(int capacity) {
        values = new int[capacity];
    }

    void addAll(int[] more, int length) {
        if (size + length > values.length) {
            values = Arrays.copyOf(values, Math.max(size + length, values.length * 2));
        }
        System.arraycopy(more, 0, values, size, length);
        size += length;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
