package io.speckv.bench;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.AttentionTally;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.PromptPass;
import io.speckv.evals.stats.Median;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.AttentionScoring;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures the time and memory that scoring and eviction add to a plain prefill. The kinds of pass alternate. */
public final class MethodBench {
    private static final int LOOKAHEAD = 64;

    private final DecoderModel model;
    private final int rounds;
    private final CachePolicy specKv = Methods.of(
                    "speckv", Map.of("max_capacity_prompt", 512, "window_size", 32, "lookahead_tokens", LOOKAHEAD))
            .cache();
    private final AttentionScoring specPc = Objects.requireNonNull(
            Methods.of("specpc", Map.of()).prompt().scoreSource().draftScoring());

    /**
     * Creates a benchmark over one model.
     *
     * @param rounds turns that each kind of pass gets, at least 1
     */
    public MethodBench(DecoderModel model, int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds is " + rounds + ", must be at least 1");
        }
        this.model = model;
        this.rounds = rounds;
    }

    /**
     * One prompt length. Figures are medians. Overheads are compared within a turn, so that a drift of the machine's speed does
     * not count.
     *
     * @param plainSeconds prefill with the full cache
     * @param scoringOverhead seconds that scoring every prompt token adds, over {@code plainSeconds}
     * @param evictionOverhead seconds that SpecKV's scoring and eviction add to the same pass without eviction
     * @param plainBytes memory that the plain prefill needed besides the weights
     * @param evictingBytes memory that SpecKV's prefill needed besides the weights
     */
    public record Line(
            int promptTokens,
            double plainSeconds,
            double scoringOverhead,
            double evictionOverhead,
            long plainBytes,
            long evictingBytes) {}

    /** Measures one prompt length. */
    public Line measure(int promptTokens) {
        double[] plain = new double[rounds];
        double[] scored = new double[rounds];
        double[] longer = new double[rounds];
        double[] evicted = new double[rounds];
        long plainBytes = 0;
        long evictingBytes = 0;
        for (int round = 0; round < rounds; round++) {
            long before = ResidentMemory.startPeak();
            plain[round] = pass(promptTokens, 0, new FullCache(), null);
            plainBytes = Math.max(plainBytes, ResidentMemory.peakBytes() - before);
            scored[round] = pass(promptTokens, 0, new FullCache(), specPc);
            longer[round] = pass(promptTokens, LOOKAHEAD, new FullCache(), null);
            before = ResidentMemory.startPeak();
            evicted[round] = pass(promptTokens, LOOKAHEAD, specKv, null);
            evictingBytes = Math.max(evictingBytes, ResidentMemory.peakBytes() - before);
        }
        return new Line(
                promptTokens,
                Median.of(plain),
                Median.of(added(scored, plain)),
                Median.of(added(evicted, longer)),
                plainBytes,
                evictingBytes);
    }

    private double pass(int promptTokens, int lookahead, CachePolicy policy, @Nullable AttentionScoring scoring) {
        int tokens = promptTokens + lookahead;
        int[] prompt =
                new Random(tokens).ints(tokens, 3, model.shape().vocabSize()).toArray();
        boolean evicts = policy.compresses(promptTokens);
        Eviction eviction = new Eviction(policy, evicts ? promptTokens : tokens, evicts ? lookahead : 0, evicts);
        AttentionTally tally = scoring == null ? null : new AttentionTally(scoring, tokens);
        long started = System.nanoTime();
        try (KvArena arena = model.newArena(1, evicts ? 1024 : tokens);
                PromptPass pass = PromptPass.observed(model, arena.take(), eviction, tally)) {
            pass.feed(prompt, true, YieldPoint.NONE);
            pass.lastLogits(1);
            return (System.nanoTime() - started) / 1e9;
        }
    }

    private static double[] added(double[] with, double[] without) {
        return IntStream.range(0, with.length)
                .mapToDouble(round -> with[round] / without[round] - 1)
                .toArray();
    }
}
