package io.speckv.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The text that needles are hidden in: RULER's filler, random tokens, words, running text, made-up sentences, or all of
 * these.
 */
final class Haystack {
    private static final int STYLES_WITHOUT_SENTENCES = 5;
    private static final int STRETCH_LEAST = 64;
    private static final int STRETCH_MOST = 256;

    private final TaskTokens text;
    private final WordList words;
    private final int[] prose;
    private final int[] sentences;
    private final int styles;

    /**
     * @param words whose nouns serve as noise
     * @param prose tokens of running text
     * @param sentences tokens of made-up sentences; empty for no haystacks of this kind
     */
    Haystack(TaskTokens text, WordList words, int[] prose, int[] sentences) {
        this.text = text;
        this.words = words;
        this.prose = prose;
        this.sentences = sentences;
        this.styles = STYLES_WITHOUT_SENTENCES + (sentences.length == 0 ? 0 : 1);
    }

    /** Returns {@code room} tokens of noise with needles at random places. Needles of one key stay in order. */
    int[] hide(List<Needle> needles, Form form, int room, Random random) {
        int[] noise = noise(form, room, random);
        Map<String, List<Needle>> byKey = new LinkedHashMap<>();
        List<String> order = new ArrayList<>();
        for (Needle needle : needles) {
            byKey.computeIfAbsent(needle.key(), key -> new ArrayList<>()).add(needle);
            order.add(needle.key());
        }
        Collections.shuffle(order, random);
        int[] cuts = random.ints(needles.size(), 0, room + 1).sorted().toArray();
        List<int[]> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < cuts.length; i++) {
            pieces.add(Arrays.copyOfRange(noise, from, cuts[i]));
            from = cuts[i];
            List<Needle> same = byKey.getOrDefault(order.get(i), List.of());
            pieces.add(same.remove(0).tokens());
        }
        pieces.add(Arrays.copyOfRange(noise, from, room));
        return TaskTokens.join(pieces);
    }

    private int[] noise(Form form, int room, Random random) {
        int[] noise = new int[room];
        int filled = 0;
        int style = random.nextInt(styles + 1);
        while (filled < room) {
            int[] piece = piece(style == styles ? random.nextInt(styles) : style, form, random);
            int count = Math.min(piece.length, room - filled);
            System.arraycopy(piece, 0, noise, filled, count);
            filled += count;
        }
        return noise;
    }

    private int[] piece(int style, Form form, Random random) {
        int[] plain = text.plain();
        return switch (style) {
            case 0, 1 -> text.fixed(form.line() + NeedleWording.FILLER);
            case 2 -> random.ints(32, 0, plain.length).map(i -> plain[i]).toArray();
            case 3 ->
                text.fixed(" " + words.nouns().get(random.nextInt(words.nouns().size())));
            case 4 -> stretch(prose, random);
            default -> stretch(sentences, random);
        };
    }

    private static int[] stretch(int[] tokens, Random random) {
        int from = random.nextInt(tokens.length - STRETCH_MOST);
        return Arrays.copyOfRange(tokens, from, from + STRETCH_LEAST + random.nextInt(STRETCH_MOST - STRETCH_LEAST));
    }
}
