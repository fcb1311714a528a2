package io.speckv.selection.cache;

import io.speckv.selection.Window;

/** Every KV pair stays. */
public record FullCache() implements CachePolicy {
    @Override
    public boolean compresses(int promptTokens) {
        return false;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return promptTokens;
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return Observation.NONE;
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        return KeptKeys.shared(scores.kvHeads(), Window.range(0, 0), 0, scores.promptTokens());
    }
}
