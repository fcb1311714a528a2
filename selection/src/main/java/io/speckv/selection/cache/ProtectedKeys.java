package io.speckv.selection.cache;

import io.speckv.selection.ProtectedTokens;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A policy that keeps the KV pairs of protected tokens in every head. Each protected token takes the place of an unprotected
 * one that was chosen by score: the one with the least raw score, of equal ones the later. So every head keeps as many pairs
 * as without protection. If a head has fewer places than there are protected tokens, the tokens with the highest raw scores
 * stay. The pairs that the policy keeps without looking at scores (the window) stay as well.
 *
 * @param policy that chooses
 * @param tokens of one request's prompt
 */
record ProtectedKeys(CachePolicy policy, ProtectedTokens tokens) implements CachePolicy {
    @Override
    public boolean compresses(int promptTokens) {
        return policy.compresses(promptTokens);
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return policy.mostKept(promptTokens, kvHeads);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return policy.observation(promptTokens, lookaheadTokens);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        KeptKeys kept = policy.keep(scores);
        int promptTokens = scores.promptTokens();
        boolean[] isProtected = tokens.flags(promptTokens);
        Observation observed = observation(promptTokens, scores.lookaheadTokens());
        float[][] raw = observed.candidateKeys() == 0 ? new float[0][] : scores.rows(observed);
        int[][] perHead = new int[kept.perHead().length][];
        for (int head = 0; head < perHead.length; head++) {
            float[] row = raw.length == 0 ? new float[0] : raw[Math.min(head, raw.length - 1)];
            perHead[head] = exchanged(kept.perHead()[head], kept.windowStart(), isProtected, row);
        }
        return new KeptKeys(perHead, kept.windowStart(), kept.verticals());
    }

    private int[] exchanged(int[] kept, int windowStart, boolean[] isProtected, float[] raw) {
        boolean[] stays = new boolean[isProtected.length];
        for (int position : kept) {
            stays[position] = true;
        }
        int[] missing = ranked(
                Arrays.stream(tokens.positions()).filter(position -> position < windowStart && !stays[position]),
                Comparator.comparingDouble((Integer position) -> -score(raw, position)));
        int[] places = ranked(
                Arrays.stream(kept).filter(position -> position < windowStart && !isProtected[position]),
                Comparator.comparingDouble((Integer position) -> score(raw, position))
                        .thenComparing(Comparator.reverseOrder()));
        int count = Math.min(missing.length, places.length);
        for (int i = 0; i < count; i++) {
            stays[places[i]] = false;
            stays[missing[i]] = true;
        }
        return IntStream.range(0, stays.length).filter(i -> stays[i]).toArray();
    }

    private static int[] ranked(IntStream positions, Comparator<Integer> order) {
        return positions.boxed().sorted(order).mapToInt(Integer::intValue).toArray();
    }

    private static float score(float[] raw, int position) {
        return position < raw.length ? raw[position] : 0;
    }

    @Override
    public boolean refeedsLastToken() {
        return policy.refeedsLastToken();
    }

    @Override
    public LookaheadSource lookaheadSource() {
        return policy.lookaheadSource();
    }

    @Override
    public boolean lookaheadChooses(int promptTokens) {
        return policy.lookaheadChooses(promptTokens);
    }

    @Override
    public @Nullable LookaheadCorrection correction() {
        LookaheadCorrection unprotected = policy.correction();
        return unprotected == null
                ? null
                : new LookaheadCorrection(
                        new ProtectedKeys(unprotected.policy(), tokens),
                        unprotected.decoding(),
                        unprotected.trustedTokens());
    }

    @Override
    public @Nullable SparsePrefill sparsePrefill() {
        return policy.sparsePrefill();
    }

    @Override
    public boolean needsReceivedScores() {
        return policy.needsReceivedScores();
    }

    @Override
    public CachePolicy withReceivedScores(float[] tokenScores) {
        return new ProtectedKeys(policy.withReceivedScores(tokenScores), tokens);
    }
}
