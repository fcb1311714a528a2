package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import java.util.List;

/** Builds the prompts of one task of RULER. */
interface RulerPrompt {
    /** Returns the smallest number of haystack units that the task needs. */
    int unitsMin();

    /** Returns the kind of haystack, as reports name it. */
    String haystack();

    /** Returns a prompt with {@code units} of haystack; equal draws give equal needles. */
    Drawn draw(int units, Draw draw);

    /** One prompt before its length is known. */
    record Drawn(String input, String answerPrefix, List<String> outputs) {
        String prompt() {
            return input + answerPrefix;
        }
    }
}
