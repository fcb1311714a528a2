package io.speckv.selection.drafting;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Guesses how a text continues from the text so far, without a model. The next token is one that followed the last two
 * tokens before, or else one that followed the last token. If neither was seen before, the guess ends. The most frequent
 * successor comes first, of equally frequent ones the latest, because text near a prompt's end (the question, the last turn)
 * is closer to the answer. A chain that returns to a context takes its next best successor, so no chain runs in circles.
 *
 * <p>Source: the adaptive tri-gram of ADED (arXiv:2407.12021), which keeps 12 successors of a context. It differs in two
 * ways. It knows only the text that it is given, and no corpus, so a guess depends on its own prompt alone. And it guesses
 * one chain, because targets here verify one sequence; ADED searches for a tree.
 *
 * <p>Memory is bounded: at most 131,072 contexts, some 30 MB. The context that was not seen for the longest time is dropped
 * first. Time is linear in the text. Deterministic. Not thread-safe.
 */
public final class NgramDrafter {
    private static final int MOST_CONTEXTS = 1 << 17;
    private static final int NONE = Successors.NONE;

    private final Contexts contexts = new Contexts();
    private int beforeLast = NONE;
    private int last = NONE;

    /** Creates a drafter that has read the tokens of a prompt. */
    public NgramDrafter(int[] prompt) {
        accept(prompt);
    }

    /**
     * Reads more of the text. Tokens that a target has accepted or generated count like the prompt's own.
     *
     * @throws IllegalArgumentException if a token id is negative
     */
    public void accept(int... tokens) {
        for (int token : tokens) {
            if (token < 0) {
                throw new IllegalArgumentException("token id is " + token + "; it must not be negative");
            }
            if (beforeLast != NONE) {
                contexts.successors(context(beforeLast, last)).count(token);
            }
            if (last != NONE) {
                contexts.successors(context(NONE, last)).count(token);
            }
            beforeLast = last;
            last = token;
        }
    }

    /**
     * Returns a guess of the next tokens. It is not added to the text that was read.
     *
     * @param most tokens to guess, at least 0
     * @param endTokens tokens that end the guess, each as its last token
     */
    public int[] draft(int most, Set<Integer> endTokens) {
        if (most < 0) {
            throw new IllegalArgumentException("cannot draft " + most + " tokens");
        }
        Map<Long, Integer> taken = new HashMap<>();
        int[] chain = new int[most];
        int first = beforeLast;
        int second = last;
        for (int i = 0; i < most; i++) {
            int next = next(context(first, second), taken);
            if (next == NONE) {
                next = next(context(NONE, second), taken);
            }
            if (next == NONE) {
                return Arrays.copyOf(chain, i);
            }
            chain[i] = next;
            if (endTokens.contains(next)) {
                return Arrays.copyOf(chain, i + 1);
            }
            first = second;
            second = next;
        }
        return chain;
    }

    /** Returns the best successor that the chain has not taken from this context before. */
    private int next(long context, Map<Long, Integer> taken) {
        Successors known = contexts.get(context);
        return known == null ? NONE : known.at(taken.merge(context, 1, Integer::sum) - 1);
    }

    /** Packs two tokens into one key. A context of one token has NONE as its first token. */
    private static long context(int first, int second) {
        return ((long) first << Integer.SIZE) | second;
    }

    /** Contexts, the one not seen for the longest time first. */
    private static final class Contexts extends LinkedHashMap<Long, Successors> {
        private static final long serialVersionUID = 1;

        Successors successors(long context) {
            Successors known = remove(context);
            Successors seen = known == null ? new Successors() : known;
            put(context, seen);
            return seen;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Successors> eldest) {
            return size() > MOST_CONTEXTS;
        }
    }
}
