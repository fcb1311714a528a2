package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Window;

/**
 * StreamingLLM: the first {@code sinkTokens} (attention sinks) and the most recent tokens. Needs no scores. Source:
 * arXiv:2309.17453. This evicts once after the prefill and keeps original positions, like the versions of KVCache-Factory
 * and kvpress. The paper evicts at every step and rotates keys by their index in the cache. A larger budget keeps all that a
 * smaller one keeps.
 *
 * @param maxCapacityPrompt KV pairs per KV head, sinks included
 */
public record StreamingLlm(int maxCapacityPrompt, int sinkTokens) implements CachePolicy {

    public StreamingLlm {
        InvalidSettingException.require(sinkTokens >= 0, "sink_tokens", sinkTokens, "must not be negative");
        HeadBudgets.requireAbove("sink_tokens", sinkTokens, maxCapacityPrompt);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > maxCapacityPrompt;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.min(promptTokens, maxCapacityPrompt);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return Observation.NONE;
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        int recentStart = n - (maxCapacityPrompt - sinkTokens);
        return KeptKeys.shared(scores.kvHeads(), Window.range(0, sinkTokens), recentStart, n);
    }
}
