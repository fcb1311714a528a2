package io.speckv.cascade;

import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Method;
import java.util.stream.IntStream;

/**
 * The prompt as it reaches the target.
 *
 * @param tokens that stayed, at least one; borrowed
 * @param kept their positions in the original prompt, ascending, one per token
 * @param originalTokens length of the prompt before any was dropped
 * @param atOriginalPositions whether the model sees them at those positions, or renumbered from 0
 * @param scores the draft's score of each kept token, for methods that rank KV pairs by it; else empty
 */
public record KeptPrompt(int[] tokens, int[] kept, int originalTokens, boolean atOriginalPositions, float[] scores) {

    /**
     * Returns what {@code method} keeps of a prompt.
     *
     * @param scores of the prompt's tokens {@code [promptTokens]}, finite; empty where the method needs none
     * @throws IllegalArgumentException if the scores are not what the method needs
     */
    public static KeptPrompt of(Method method, int[] prompt, float[] scores) {
        int n = prompt.length;
        int[] kept = method.prompt().compresses(n)
                ? method.prompt().keep(n, scores)
                : IntStream.range(0, n).toArray();
        int[] tokens = kept.length == n ? prompt : gathered(prompt, kept);
        boolean ranks = method.cache().needsReceivedScores() && scores.length > 0;
        return new KeptPrompt(
                tokens,
                kept,
                n,
                method.prompt().keepsOriginalPositions(),
                ranks ? gathered(scores, kept) : new float[0]);
    }

    /** Returns the same tokens at positions 0, 1, 2 and so on. */
    KeptPrompt renumbered() {
        return new KeptPrompt(tokens, kept, originalTokens, false, scores);
    }

    private static int[] gathered(int[] prompt, int[] kept) {
        int[] gathered = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            gathered[i] = prompt[kept[i]];
        }
        return gathered;
    }

    private static float[] gathered(float[] scores, int[] kept) {
        float[] gathered = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
            gathered[i] = scores[kept[i]];
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
