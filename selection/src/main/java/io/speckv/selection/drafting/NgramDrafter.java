package io.speckv.selection.drafting;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Guesses how a text goes on from what it has said before, without a model: a token that followed the last two, else one
 * that followed the last; where neither was seen before, the guess ends. Frequent successors come first, of equally
 * frequent ones the latest, since what stands near a prompt's end (the question, the last turn) is nearer to its answer. A
 * chain that comes back to a context goes on with its next best successor, so no chain runs in circles.
 *
 * <p>Source: the adaptive tri-gram of ADED (arXiv:2407.12021), which keeps 12 successors of a context. It differs in
 * knowing nothing but the text it is given, no corpus and no other text, so that a guess depends on its own prompt alone;
 * and in guessing one chain, where ADED searches for a tree: targets here verify one sequence.
 *
 * <p>Memory is bounded: at most 131,072 contexts, some 30 MB, of which the one not seen for longest is forgotten first.
 * Time is linear in the text. Deterministic. Not thread-safe.
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
     * Reads on: what a target has accepted or generated counts like the prompt that it follows.
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
     * Returns how the text probably goes on; what was read does not change by it.
     *
     * @param most tokens, at least 0
     * @param endTokens end the guess; the one that does is its last token
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

    /** Two tokens as one key; a context of one token has NONE as its first. */
    private static long context(int first, int second) {
        return ((long) first << Integer.SIZE) | second;
    }

    /** Contexts in the order in which they were last seen. */
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
