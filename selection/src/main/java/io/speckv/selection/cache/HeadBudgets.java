package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.TopK;

/**
 * How many keys a KV head may keep, with AdaKV's split of a layer's budget over the KV heads: the heads' scores compete for
 * {@code heads * perHead} places, and every head keeps a share {@code headFloor} of the uniform budget in any case. Of equal
 * scores the lower head wins. Source: arXiv:2407.11550, reference {@code FFY0/AdaKV}. The layer's total is preserved up to
 * rounding.
 */
final class HeadBudgets {
    private HeadBudgets() {}

    /** Returns the budget of each head, for {@code scores} [kvHeads][candidates] and {@code perHead} places on average. */
    static int[] compete(float[][] scores, int perHead, double headFloor) {
        int candidates = scores[0].length;
        float[] flat = new float[scores.length * candidates];
        for (int head = 0; head < scores.length; head++) {
            System.arraycopy(scores[head], 0, flat, head * candidates, candidates);
        }
        int[] won = new int[scores.length];
        for (int index : TopK.ascending(flat, scores.length * perHead)) {
            won[index / candidates]++;
        }
        int safe = (int) (headFloor * perHead);
        for (int head = 0; head < won.length; head++) {
            won[head] = Math.min(candidates, (int) Math.rint(won[head] * (1 - headFloor) + safe));
        }
        return won;
    }

    /** Returns the most positions that one head can win, its window included. */
    static int mostKept(int promptTokens, int kvHeads, int maxCapacityPrompt, int windowSize, double headFloor) {
        int perHead = maxCapacityPrompt - windowSize;
        int won = (int) Math.rint((double) kvHeads * perHead * (1 - headFloor)) + (int) (headFloor * perHead);
        return Math.min(promptTokens, windowSize + won);
    }

    /** Throws unless a capacity leaves room besides the entries that {@code pinnedKey} pins. */
    static void requireAbove(String pinnedKey, int pinned, int maxCapacityPrompt) {
        InvalidSettingException.require(
                maxCapacityPrompt > pinned,
                "max_capacity_prompt",
                maxCapacityPrompt,
                "must be above " + pinnedKey + " (" + pinned + ")");
    }

    /** Throws unless a head floor is in [0, 1]. */
    static void requireFloor(double headFloor) {
        InvalidSettingException.require(
                headFloor >= 0 && headFloor <= 1, "head_floor", headFloor, "must be between 0 and 1");
    }
}
