package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A numbered list of words in which ten occur more often than the others, with a worked example in front.
 *
 * <p>Source: {@code common_words_extraction.py} of RULER; words beyond the list are made up.
 */
final class CommonWords implements RulerPrompt {
    private static final int COMMON = 10;

    private final WordList words;
    private final boolean shortForm;

    CommonWords(WordList words, int length) {
        this.words = words;
        this.shortForm = length < 4096;
    }

    @Override
    public int unitsMin() {
        return COMMON + 1;
    }

    @Override
    public String haystack() {
        return "word list";
    }

    @Override
    public Drawn draw(int units, Draw draw) {
        Drawn example = shortForm ? list(20, 3, 1, draw) : list(40, 10, 3, draw);
        Drawn asked = shortForm ? list(units, 6, 1, draw) : list(units, 30, 3, draw);
        String shown = example.prompt() + numbered(example.outputs());
        return new Drawn(shown + "\n" + asked.input(), asked.answerPrefix(), asked.outputs());
    }

    private Drawn list(int distinct, int commonCount, int otherCount, Draw draw) {
        List<String> drawn = words.distinct(distinct, draw);
        List<String> common = drawn.subList(0, COMMON);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            all.addAll(Collections.nCopies(i < COMMON ? commonCount : otherCount, drawn.get(i)));
        }
        draw.shuffle(all);
        String input = "Below is a numbered list of words. In these words, some appear more often than others. "
                + "Memorize the ones that appear most often.\n" + numbered(all)
                + "\nQuestion: What are the 10 most common words in the above list?";
        return new Drawn(input, " Answer: The top 10 words that appear most often in the list are:", common);
    }

    private static String numbered(List<String> items) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            text.append(i == 0 ? "" : " ").append(i + 1).append(". ").append(items.get(i));
        }
        return text.toString();
    }
}
