package io.speckv.evals.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.Draw;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A key and its values.
 *
 * @param wording numbers or UUIDs
 * @param key what the question names
 * @param values one, or several needles with the same key
 */
record Needle(NeedleWording wording, String key, List<String> values) {
    /** Returns {@code count} needles of {@code wording} with different keys and {@code valuesPerKey} values each. */
    static List<Needle> draw(int count, int valuesPerKey, NeedleWording wording, WordList words, Draw draw) {
        List<Needle> needles = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        boolean uuids = wording.equals(NeedleWording.UUIDS);
        while (needles.size() < count) {
            String key = uuids ? draw.uuid() : key(words, draw);
            if (keys.add(key)) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < valuesPerKey; i++) {
                    values.add(uuids ? draw.uuid() : draw.number(7));
                }
                needles.add(new Needle(wording, key, List.copyOf(values)));
            }
        }
        return needles;
    }

    /** Returns the sentences that hide the values, one each. */
    List<String> lines() {
        return values.stream().map(value -> wording.needle(key, value)).toList();
    }

    /** Mostly RULER's adjective and noun; made-up words keep a model from learning the list instead of matching. */
    private static String key(WordList words, Draw draw) {
        return switch (draw.weighted(0.6, 0.2, 0.2)) {
            case 0 -> words.pair(draw);
            case 1 -> draw.pick(words.adjectives()) + "-" + draw.pseudoWord();
            default -> draw.pseudoWord() + "-" + draw.pick(words.nouns());
        };
    }
}
