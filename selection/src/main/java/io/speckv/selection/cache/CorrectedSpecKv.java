package io.speckv.selection.cache;

import java.util.Objects;

/**
 * SpecKV that corrects itself. While the full cache still exists, the target's own logits tell how many of the draft's
 * lookahead tokens are right. If enough are right, the choice is SpecKV's. If one is wrong early, the target decodes on its
 * own from the first wrong token, as in LAQ++, and the queries of its tokens choose. So a lookahead that is right throughout
 * keeps what {@code specKv} keeps. An empty lookahead, or one whose first token is wrong, keeps what LAQ++ keeps.
 *
 * <p>Its prefill is dense for prompts of every length, like LAQ++'s, because the columns of a sparse prefill would be chosen
 * by a lookahead that was not checked yet. So SpecKV by itself keeps the same only if its own prefill is dense too.
 *
 * <p>It holds the keys of all layers until the lookahead is checked, as LAQ++ does. Source: arXiv:2506.08373 (SpecKV) and
 * arXiv:2505.20334 (LAQ++); the combination of the two is this project's.
 *
 * @param specKv chooses if the lookahead is right; with a dense prefill
 * @param correction chooses if the lookahead is wrong
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
