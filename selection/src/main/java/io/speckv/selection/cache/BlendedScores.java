package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Scores;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SpecKV with the draft's per-token scores mixed into the target's own: both are scaled to sum to 1 over the candidates of
 * a KV head, then averaged with {@code receivedWeight}. Weight 0 keeps what SpecKV keeps. A larger budget keeps all that a
 * smaller one keeps.
 *
 * @param lookahead the SpecKV settings; window, re-fed token and sparse prefill are SpecKV's
 * @param receivedWeight of the draft's scores, in [0, 1]
 * @param tokenScores [promptTokens] of one request, none negative; empty in a policy that has no request yet. Borrowed
 */
@SuppressWarnings("ArrayRecordComponent")
public record BlendedScores(SpecKv lookahead, double receivedWeight, float[] tokenScores) implements CachePolicy {

    public BlendedScores {
        requireWeight(receivedWeight);
    }

    /** Throws unless {@code weight} can be {@link #receivedWeight}. */
    public static void requireWeight(double weight) {
        InvalidSettingException.require(weight >= 0 && weight <= 1, "blend_weight", weight, "must be between 0 and 1");
    }

    @Override
    public boolean compresses(int promptTokens) {
        return lookahead.compresses(promptTokens);
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return lookahead.mostKept(promptTokens, kvHeads);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return lookahead.observation(promptTokens, lookaheadTokens);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        int candidates = scores.candidates();
        float[] received = Arrays.copyOf(Scores.requireFinite(tokenScores, n), candidates);
        double receivedScale = receivedWeight / sum(received);
        float[] blended = new float[scores.kvHeads() * candidates];
        float[][] raw = scores.rows(observation(n, scores.lookaheadTokens()));
        for (int head = 0; head < raw.length; head++) {
            double ownScale = (1 - receivedWeight) / sum(raw[head]);
            for (int key = 0; key < candidates; key++) {
                blended[head * candidates + key] = (float) (raw[head][key] * ownScale + received[key] * receivedScale);
            }
        }
        return lookahead.keep(new LayerScores(
                scores.layer(), scores.layers(), n, scores.lookaheadTokens(), scores.kvHeads(), candidates, blended));
    }

    @Override
    public boolean refeedsLastToken() {
        return lookahead.refeedsLastToken();
    }

    @Override
    public LookaheadSource lookaheadSource() {
        return lookahead.lookaheadSource();
    }

    @Override
    public @Nullable SparsePrefill sparsePrefill() {
        return lookahead.sparsePrefill();
    }

    @Override
    public boolean needsReceivedScores() {
        return true;
    }

    @Override
    public CachePolicy withReceivedScores(float[] scores) {
        return new BlendedScores(lookahead, receivedWeight, scores);
    }

    /** Returns the sum, or 1 where it is 0, so that scores without any mass stay zeros. */
    private static double sum(float[] scores) {
        double sum = 0;
        for (float score : scores) {
            sum += score;
        }
        return sum == 0 ? 1 : sum;
    }
}
