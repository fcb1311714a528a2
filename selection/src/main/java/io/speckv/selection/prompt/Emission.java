package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Window;
import java.util.Arrays;

/**
 * The tokens on which a budget is spent, in order. Tokens that are emitted together stay together. If they do not all fit,
 * they are skipped.
 */
final class Emission {
    private final ProtectedTokens protectedTokens;
    private final boolean[] emitted;
    private final int[] order;
    /** Whether a place in the order is the last of tokens that were emitted together. */
    private final boolean[] ends;

    private int count;

    /** @param most tokens to keep at most, protected ones included */
    Emission(int promptTokens, ProtectedTokens protectedTokens, int most) {
        this.protectedTokens = protectedTokens;
        this.emitted = protectedTokens.flags(promptTokens);
        this.order = new int[most - protectedTokens.count()];
        this.ends = new boolean[order.length];
    }

    boolean isFull() {
        return room() == 0;
    }

    /** Returns how many more tokens fit. */
    int room() {
        return order.length - count;
    }

    /** Emits those of the positions from {@code from} to before {@code to} that were not emitted yet, if all of them fit. */
    void emit(int from, int to) {
        int left = 0;
        for (int i = from; i < to; i++) {
            left += emitted[i] ? 0 : 1;
        }
        if (left == 0 || left > room()) {
            return;
        }
        for (int i = from; i < to; i++) {
            if (!emitted[i]) {
                emitted[i] = true;
                order[count++] = i;
            }
        }
        ends[count - 1] = true;
    }

    /**
     * Returns the positions that are kept, ascending.
     *
     * @param scores {@code [tokens]}; scores of protected tokens do not count for a budget of score mass
     * @param markTokens length of the marks that the budget has to hold as well; 0 for none
     */
    int[] kept(Budget budget, float[] scores, int markTokens) {
        int[] emittedOnly = Arrays.copyOf(order, count);
        int taken = budget.take(others(scores), emittedOnly, protectedTokens.count());
        while (taken > 0 && taken < count && !ends[taken - 1]) {
            taken++;
        }
        return protectedTokens.with(Window.sorted(order, markTokens == 0 ? taken : withMarks(taken, markTokens)));
    }

    private float[] others(float[] scores) {
        if (protectedTokens.isEmpty()) {
            return scores;
        }
        float[] others = scores.clone();
        for (int position : protectedTokens.positions()) {
            others[position] = 0;
        }
        return others;
    }

    /** Returns the most of {@code taken} that leaves room for marks, or all if protected tokens leave no room for them. */
    private int withMarks(int taken, int markTokens) {
        boolean[] kept = protectedTokens.flags(emitted.length);
        for (int i = 0; i < taken; i++) {
            kept[order[i]] = true;
        }
        Marks.Ledger ledger = new Marks.Ledger(kept, markTokens);
        int most = order.length + protectedTokens.count();
        int left = taken;
        while (left > 0 && (ledger.cost() > most || !ends[left - 1])) {
            ledger.drop(order[--left]);
        }
        return ledger.cost() > most ? taken : left;
    }
}
