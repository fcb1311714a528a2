package io.speckv.selection.cache;

import java.util.Objects;

/**
 * SpecKV that corrects itself: while the full cache is still there, the target's own logits say how far the draft's lookahead
 * is right. Where it is right for long enough, the choice is SpecKV's. Where it is wrong early, the target goes on by itself
 * from the first wrong token, as in LAQ++, and the queries of those tokens choose. So with a wholly right lookahead it keeps
 * what {@code specKv} keeps, and with none, or one whose first token is wrong, what LAQ++ keeps.
 *
 * <p>Its prefill is dense whatever the prompt's length, as LAQ++'s is: the columns of a sparse one would be chosen by lookahead
 * that nobody has checked. So SpecKV by itself keeps the same only where its own prefill is dense too.
 *
 * <p>It holds the keys of all layers until the lookahead is checked, as LAQ++ does. Source: arXiv:2506.08373 (SpecKV) and
 * arXiv:2505.20334 (LAQ++); the joining of the two is this project's.
 *
 * @param specKv chooses by a lookahead that is right; with a dense prefill
 * @param correction chooses where it is not
 */
public record CorrectedSpecKv(SpecKv specKv, LookaheadCorrection correction) implements CachePolicy {
    public CorrectedSpecKv {
        Objects.requireNonNull(correction, "correction");
        if (specKv.sparsePrefill() != null) {
            throw new IllegalArgumentException(
                    "a sparse prefill looks at lookahead before it is checked; it must be dense");
        }
    }

    @Override
    public boolean compresses(int promptTokens) {
        return specKv.compresses(promptTokens);
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.max(
                specKv.mostKept(promptTokens, kvHeads), correction.policy().mostKept(promptTokens, kvHeads));
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return specKv.observation(promptTokens, lookaheadTokens);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        return specKv.keep(scores);
    }

    @Override
    public boolean refeedsLastToken() {
        return specKv.refeedsLastToken();
    }

    @Override
    public LookaheadSource lookaheadSource() {
        return specKv.lookaheadSource();
    }
}
