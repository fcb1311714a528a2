package io.speckv.training;

import io.speckv.training.torch.WeightedTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws windows of running text. Every token except the opening is to be predicted. */
final class TextWindows {
    private static final int SHORTEST_STRETCH = 8;

    private final TextTokens text;
    private final int length;

    /** @param length tokens of a window, including its opening */
    TextWindows(TextTokens text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Returns a window of the trained text, anywhere in it. */
    int[] plain(Random random) {
        int room = length - text.opening().length;
        return window(text.trained(), random.nextInt(text.trained().length - room + 1));
    }

    /**
     * Returns such a window in which, from within its first half on, earlier stretches are repeated, with text between them.
     * A model predicts the repeated stretches by looking them up.
     */
    int[] repeating(Random random) {
        int[] window = plain(random);
        int most = Math.max(1, length / 8);
        int place = length / 4 + random.nextInt(length / 4);
        while (place < length) {
            int stretch = Math.min(SHORTEST_STRETCH + random.nextInt(most), length - place);
            int first = text.opening().length;
            int from = first + random.nextInt(Math.max(1, place - stretch - first));
            System.arraycopy(window, from, window, place, stretch);
            place += stretch + SHORTEST_STRETCH / 2 + random.nextInt(most);
        }
        return window;
    }

    /**
     * Returns windows of the held-out text, the same ones every time, of about {@code tokens} tokens or fewer, but at least
     * one window.
     */
    List<int[]> heldOut(int tokens) {
        int room = length - text.opening().length;
        int there = text.heldOut().length / room;
        int count = Math.max(1, Math.min(tokens / length, there));
        List<int[]> windows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            windows.add(window(text.heldOut(), (int) ((long) i * there / count) * room));
        }
        return windows;
    }

    /** Returns windows as one batch. */
    WeightedTokens batch(int[][] windows) {
        return WeightedTokens.from(windows, Math.max(1, text.opening().length));
    }

    private int[] window(int[] tokens, int first) {
        int[] window = new int[length];
        int opening = text.opening().length;
        System.arraycopy(text.opening(), 0, window, 0, opening);
        System.arraycopy(tokens, first, window, opening, length - opening);
        return window;
    }
}
