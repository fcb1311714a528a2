package io.speckv.cascade;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.Collapse;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The prompt as it reaches the target.
 *
 * @param tokens that stayed, at least one; borrowed
 * @param kept their positions in the original prompt, ascending, one per token
 * @param originalTokens length of the prompt before any was dropped
 * @param atOriginalPositions whether the model sees them at those positions, or renumbered from 0
 * @param scores the draft's score of each kept token, for methods that rank KV pairs by it; else empty
 * @param collapse what looks wrong about the choice
 */
public record KeptPrompt(
        int[] tokens, int[] kept, int originalTokens, boolean atOriginalPositions, float[] scores, Collapse collapse) {

    /** A prompt whose choice nobody looks at. */
    public KeptPrompt(int[] tokens, int[] kept, int originalTokens, boolean atOriginalPositions, float[] scores) {
        this(tokens, kept, originalTokens, atOriginalPositions, scores, Collapse.NONE);
    }

    /** Returns what {@code method} keeps of a prompt of which nothing is protected. */
    public static KeptPrompt of(Method method, int[] prompt, float[] scores) {
        return of(method, prompt, new int[0], Stretch.whole(prompt.length, ProtectedTokens.NONE), scores);
    }

    /**
     * Returns what {@code method} keeps of a stretch, and what stays before it.
     *
     * @param before positions that stay, ascending
     * @param scores of those and of the stretch's tokens, finite; empty where the method needs none
     * @throws IllegalArgumentException if the scores are not what the method needs, or more is protected than it keeps
     */
    static KeptPrompt of(Method method, int[] prompt, int[] before, Stretch stretch, float[] scores) {
        int n = stretch.size();
        if (!method.prompt().compresses(n)) {
            return whole(method, prompt, before, stretch, scores, Collapse.NONE);
        }
        float[] own = before.length == 0 || scores.length == 0
                ? scores
                : Arrays.copyOfRange(scores, before.length, scores.length);
        int[] kept = method.prompt().keep(n, own, stretch.protectedTokens());
        boolean[] isProtected = stretch.protectedTokens().flags(n);
        int[] chosen =
                Arrays.stream(kept).filter(position -> !isProtected[position]).toArray();
        return of(method, prompt, before, stretch, kept, scores, Collapse.of(own, chosen, isProtected));
    }

    /** Returns the whole of a stretch, and what stays before it, for {@code method}. */
    static KeptPrompt whole(
            Method method, int[] prompt, int[] before, Stretch stretch, float[] scores, Collapse collapse) {
        int[] all = IntStream.range(0, stretch.size()).toArray();
        return of(method, prompt, before, stretch, all, scores, collapse);
    }

    /** @param chosen positions within the stretch, ascending */
    private static KeptPrompt of(
            Method method,
            int[] prompt,
            int[] before,
            Stretch stretch,
            int[] chosen,
            float[] scores,
            Collapse collapse) {
        int[] kept = Arrays.copyOf(before, before.length + chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            kept[before.length + i] = stretch.start() + chosen[i];
        }
        int[] tokens = kept.length == prompt.length ? prompt : gathered(prompt, kept);
        boolean ranks = method.cache().needsReceivedScores() && scores.length > 0;
        return new KeptPrompt(
                tokens,
                kept,
                prompt.length,
                method.prompt().keepsOriginalPositions(),
                ranks ? ofKept(scores, before.length, chosen) : new float[0],
                collapse);
    }

    /** The scores of what stays before a stretch, and of those chosen from it. */
    private static float[] ofKept(float[] scores, int before, int[] chosen) {
        float[] own = Arrays.copyOf(scores, before + chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            own[before + i] = scores[before + chosen[i]];
        }
        return own;
    }

    /** Returns the same tokens at positions 0, 1, 2 and so on. */
    KeptPrompt renumbered() {
        return new KeptPrompt(tokens, kept, originalTokens, false, scores, collapse);
    }

    /** Returns the tokens at these positions. */
    static int[] gathered(int[] prompt, int[] kept) {
        int[] gathered = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            gathered[i] = prompt[kept[i]];
        }
        return gathered;
    }

    /** Returns the number of tokens that stayed. */
    public int size() {
        return tokens.length;
    }

    /** Returns whether tokens were dropped. */
    public boolean isShortened() {
        return tokens.length < originalTokens;
    }

    /** Returns the position at which the model sees each token, ascending. */
    public int[] positions() {
        return atOriginalPositions ? kept : IntStream.range(0, tokens.length).toArray();
    }

    /** Returns the position of the answer's first token. */
    public int continuesAt() {
        return atOriginalPositions ? originalTokens : tokens.length;
    }

    /** Returns the policy that decides which KV pairs of these tokens stay: with their scores, where it ranks by them. */
    public CachePolicy policy(CachePolicy cache) {
        return cache.needsReceivedScores() && cache.compresses(tokens.length)
                ? cache.withReceivedScores(scores)
                : cache;
    }
}
