package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Coded words whose counts fall with the square of their rank; the most frequent are dots, and the second to fourth are asked
 * for.
 *
 * <p>Source: {@code freq_words_extraction.py} of RULER, with its exponent 2 and words of six letters.
 */
final class FrequentWords implements RulerPrompt {
    private static final double ZETA_OF_2 = Math.PI * Math.PI / 6;
    private static final int LETTERS = 6;
    private static final int RANKS_MIN = 5;

    private final int vocabulary;

    FrequentWords(int length) {
        this.vocabulary = Math.max(RANKS_MIN, (length - RulerTask.FWE.answerTokens()) / 50);
    }

    @Override
    public int unitsMin() {
        return 64; // of 52 and fewer, ranks four and five can occur equally often
    }

    @Override
    public String haystack() {
        return "coded words";
    }

    @Override
    public Drawn draw(int units, Draw draw) {
        Set<String> distinct = new LinkedHashSet<>(List.of("..."));
        while (distinct.size() < vocabulary) {
            distinct.add(draw.letters("abcdefghijklmnopqrstuvwxyz", LETTERS));
        }
        List<String> ranked = List.copyOf(distinct);
        List<String> text = new ArrayList<>();
        for (int rank = 1; rank <= ranked.size(); rank++) {
            int count = (int) (units / (double) (rank * rank) / ZETA_OF_2);
            text.addAll(Collections.nCopies(count, ranked.get(rank - 1)));
        }
        draw.shuffle(text);
        String input = "Read the following coded text and track the frequency of each coded word. "
                + "Find the three most frequently appeared coded words. " + String.join(" ", text)
                + "\nQuestion: Do not provide any explanation. Please ignore the dots '....'. "
                + "What are the three most frequently appeared words in the above coded text?";
        String prefix = " Answer: According to the coded text above, the three most frequently appeared words are:";
        return new Drawn(input, prefix, ranked.subList(1, 4));
    }
}
