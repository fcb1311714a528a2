package io.speckv.evals.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Words in lower case to draw keys and lists from.
 *
 * @param adjectives at least one
 * @param nouns at least one
 */
public record WordList(List<String> adjectives, List<String> nouns) {
    public WordList {
        adjectives = List.copyOf(adjectives);
        nouns = List.copyOf(nouns);
        if (adjectives.isEmpty() || nouns.isEmpty()) {
            throw new IllegalArgumentException("a word list needs an adjective and a noun, has " + adjectives.size()
                    + " adjectives and " + nouns.size() + " nouns");
        }
    }

    /** Returns the bundled lists, a few hundred words each. */
    public static WordList bundled() {
        return new WordList(lines("adjectives.txt"), lines("nouns.txt"));
    }

    /** Returns an adjective and a noun joined by a hyphen, the form of RULER's keys. */
    public String pair(Draw draw) {
        return draw.pick(adjectives) + "-" + draw.pick(nouns);
    }

    /** Returns {@code count} different words in random order; made-up ones are added if the lists are too short. */
    public List<String> distinct(int count, Draw draw) {
        List<String> listed = new ArrayList<>(adjectives);
        listed.addAll(nouns);
        draw.shuffle(listed);
        Set<String> words = new LinkedHashSet<>();
        for (int i = 0; i < listed.size() && words.size() < count; i++) {
            words.add(listed.get(i));
        }
        while (words.size() < count) {
            words.add(draw.pseudoWord());
        }
        List<String> shuffled = new ArrayList<>(words);
        draw.shuffle(shuffled);
        return shuffled;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = WordList.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("word list " + resource + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the word list " + resource, e);
        }
    }
}
