package io.speckv.evals.words;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A seeded source of the random pieces of a prompt; the same seed gives the same draws everywhere. Thread-confined. */
public final class Draw {
    private static final String CONSONANTS = "bcdfghjklmnprstvz";
    private static final String VOWELS = "aeiou";

    private final Random random;

    public Draw(long seed) {
        this.random = new Random(scramble(seed));
    }

    /** Returns a seed that differs for different combinations of {@code parts}. */
    public static long seedOf(long... parts) {
        long mixed = 0;
        for (long part : parts) {
            mixed = scramble(mixed * 31 + part);
        }
        return mixed;
    }

    /** Returns an int from 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns an int from {@code least} to {@code most}, both included. */
    public int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Returns true in a share {@code probability} of the calls. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Returns one of {@code choices}. */
    public <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Returns the index of one of {@code weights}, with a probability proportional to its weight. */
    public int weighted(double... weights) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double left = random.nextDouble() * total;
        for (int i = 0; i < weights.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /** Puts {@code items} into random order. */
    public void shuffle(List<?> items) {
        Collections.shuffle(items, random);
    }

    /** Returns {@code count} different ints below {@code bound}, in random order. */
    public List<Integer> distinctBelow(int bound, int count) {
        if (count > bound) {
            throw new IllegalArgumentException(count + " different numbers below " + bound + " do not exist");
        }
        Set<Integer> drawn = new LinkedHashSet<>();
        if (count * 3L < bound) {
            while (drawn.size() < count) {
                drawn.add(random.nextInt(bound));
            }
            return new ArrayList<>(drawn);
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < bound; i++) {
            all.add(i);
        }
        Collections.shuffle(all, random);
        return new ArrayList<>(all.subList(0, count));
    }

    /** Returns {@code count} letters of {@code alphabet}. */
    public String letters(String alphabet, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** Returns a number of {@code digits} digits that does not start with 0. */
    public String number(int digits) {
        return letters("123456789", 1) + letters("0123456789", digits - 1);
    }

    /** Returns a version 4 UUID in lower case. */
    public String uuid() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        bytes[6] = (byte) ((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte) ((bytes[8] & 0x3F) | 0x80);
        String hex = HexFormat.of().formatHex(bytes);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }

    /** Returns a made-up, pronounceable word of two to four syllables. */
    public String pseudoWord() {
        StringBuilder word = new StringBuilder();
        int syllables = between(2, 4);
        for (int i = 0; i < syllables; i++) {
            word.append(letters(CONSONANTS, 1)).append(letters(VOWELS, 1));
        }
        return chance(0.5) ? word.append(letters(CONSONANTS, 1)).toString() : word.toString();
    }

    /** Applies the finaliser of SplitMix64, so that neighbouring seeds give unrelated streams. */
    private static long scramble(long seed) {
        long mixed = seed + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
