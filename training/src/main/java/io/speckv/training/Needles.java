package io.speckv.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Draws the needles of one sequence. No key is used twice. */
final class Needles {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final TaskTokens text;
    private final WordList words;
    private final RecallMix.Kind kind;
    private final NeedleWording wording;
    private final Form form;
    private final int rivals;
    private final Set<String> keys = new HashSet<>();
    private final List<Pair> pairs = new ArrayList<>();

    /** A key of two words. */
    private record Pair(String adjective, String noun) {}

    /**
     * @param words that keys are made of
     * @param rivals how many of eight two-word keys share a word with an earlier key
     */
    Needles(TaskTokens text, WordList words, RecallMix.Kind kind, Form form, int rivals) {
        this.text = text;
        this.words = words;
        this.kind = kind;
        this.wording = kind.wording();
        this.form = form;
        this.rivals = rivals;
    }

    /** Returns the {@code count} needles that one question asks for. */
    List<Needle> asked(int count, Random random) {
        List<Needle> asked = new ArrayList<>();
        String key = key(random);
        for (int i = 0; i < count; i++) {
            asked.add(needle(key, random));
            if (kind == RecallMix.Kind.QUERIES) {
                key = key(random);
            }
        }
        return asked;
    }

    /** Returns the needles that no question asks for, as many as the kind wants and as fit in {@code room} tokens. */
    List<Needle> unasked(int room, Random random) {
        int extra = switch (kind) {
            case SINGLE -> 0;
            case FEW, QUERIES, VALUES -> random.nextInt(4);
            case ALL, HEXADECIMAL -> Integer.MAX_VALUE;
        };
        List<Needle> needles = new ArrayList<>();
        int left = room;
        while (needles.size() < extra) {
            Needle needle = needle(key(random), random);
            if (needle.tokens().length > left) {
                break;
            }
            needles.add(needle);
            left -= needle.tokens().length;
        }
        return needles;
    }

    private Needle needle(String key, Random random) {
        String value = kind == RecallMix.Kind.HEXADECIMAL ? uuid(random) : value(random);
        int[] opening = form.terse()
                ? text.encode(form.line() + key)
                : TaskTokens.join(List.of(text.fixed(form.line() + wording.beforeKey()), text.encode(" " + key)));
        List<int[]> pieces =
                List.of(opening, text.fixed(NeedleWording.BEFORE_VALUE), text.encode(" " + value), text.fixed("."));
        return new Needle(key, value, TaskTokens.join(pieces));
    }

    private String key(Random random) {
        while (true) {
            String key = kind == RecallMix.Kind.HEXADECIMAL ? uuid(random) : shortKey(random);
            if (keys.add(key)) {
                return key;
            }
        }
    }

    private String shortKey(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> digits(random);
            case 1 -> letters(3 + random.nextInt(3), random);
            case 2 -> draw(words.nouns(), random);
            default -> {
                Pair pair = pair(random);
                pairs.add(pair);
                yield pair.adjective() + "-" + pair.noun();
            }
        };
    }

    private Pair pair(Random random) {
        boolean rival = rivals > 0 && !pairs.isEmpty() && random.nextInt(8) < rivals;
        if (!rival) {
            return new Pair(draw(words.adjectives(), random), draw(words.nouns(), random));
        }
        Pair earlier = pairs.get(random.nextInt(pairs.size()));
        return random.nextBoolean()
                ? new Pair(earlier.adjective(), draw(words.nouns(), random))
                : new Pair(draw(words.adjectives(), random), earlier.noun());
    }

    private static String draw(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    private String value(Random random) {
        return form.terse() ? Integer.toString(100 + random.nextInt(900)) : digits(random);
    }

    private static String digits(Random random) {
        return Integer.toString(1_000_000 + random.nextInt(9_000_000));
    }

    private static String letters(int count, Random random) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    private static String uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
