package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A chain of five variables with one value among filler lines, after a worked example of the same kind.
 *
 * <p>Source: {@code variable_tracking.py} of RULER, including its spelling. Difference: the example has ten filler lines, about
 * the 500 tokens of the original, but four below a length of 2048 tokens, where 500 tokens would leave too little.
 */
final class VariableTracking implements RulerPrompt {
    private static final int HOPS = 4;
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final int exampleLines;

    VariableTracking(int length) {
        this.exampleLines = length < 2048 ? 4 : 10;
    }

    @Override
    public int unitsMin() {
        return 2;
    }

    @Override
    public String haystack() {
        return "repeated filler line";
    }

    @Override
    public Drawn draw(int units, Draw draw) {
        Drawn example = chain(exampleLines, 3, draw);
        Drawn asked = chain(units, 5, draw);
        String shown = example.prompt() + String.join(" ", example.outputs());
        return new Drawn(shown + "\n\n" + asked.input(), asked.answerPrefix(), asked.outputs());
    }

    private static Drawn chain(int lines, int letters, Draw draw) {
        Set<String> distinct = new LinkedHashSet<>();
        while (distinct.size() < HOPS + 1) {
            distinct.add(draw.letters(CAPITALS, letters));
        }
        List<String> names = List.copyOf(distinct);
        String value = draw.number(5);
        List<String> statements = new ArrayList<>(List.of("VAR " + names.get(0) + " = " + value));
        for (int hop = 1; hop <= HOPS; hop++) {
            statements.add("VAR " + names.get(hop) + " = VAR " + names.get(hop - 1) + " ");
        }
        String input = "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n"
                + hide(statements, lines, draw) + "\nQuestion: Find all variables that are assigned the value " + value
                + " in the text above.";
        String prefix = " Answer: According to the chain(s) of variable assignment in the text above, " + names.size()
                + " variables are assgined the value " + value + ", they are: ";
        return new Drawn(input, prefix, names);
    }

    private static String hide(List<String> statements, int lines, Draw draw) {
        List<String> sentences = new ArrayList<>(Collections.nCopies(lines, NeedleWording.FILLER + "\n"));
        if (lines <= statements.size()) {
            sentences = shortSentences(lines);
        }
        List<Integer> places = draw.distinctBelow(sentences.size(), statements.size());
        Collections.sort(places);
        for (int i = 0; i < places.size(); i++) {
            sentences.add(places.get(i) + i, statements.get(i));
        }
        return String.join(" ", sentences).replace(". \n", ".\n");
    }

    /** If there are fewer lines than statements of the chain, the statements go between the sentences of the filler. */
    private static List<String> shortSentences(int lines) {
        List<String> sentences = new ArrayList<>();
        for (int line = 0; line < lines; line++) {
            sentences.addAll(Sentences.of(NeedleWording.FILLER));
        }
        return sentences;
    }
}
