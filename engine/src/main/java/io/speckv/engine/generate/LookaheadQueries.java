package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.engine.torch.PrefixLease;
import io.speckv.engine.torch.PromptPass;
import io.speckv.engine.torch.SavedQueries;
import io.speckv.selection.cache.LookaheadSource;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * LAQ and LAQ++ (arXiv 2505.20334): the target decodes a few tokens over a cache that SnapKV evicted, and their queries
 * choose again from the full cache, which stays alive until then.
 */
final class LookaheadQueries {
    private final DecoderModel target;
    private final @Nullable PrefixCache prefixes;
    private final LookaheadSource.PseudoDecoding pseudo;

    LookaheadQueries(DecoderModel target, @Nullable PrefixCache prefixes, LookaheadSource.PseudoDecoding pseudo) {
        this.target = target;
        this.prefixes = prefixes;
        this.pseudo = pseudo;
    }

    Prefilled run(KvSlot slot, TargetPrompt prompt, TokenChoice choice, YieldPoint yieldPoint) {
        int n = prompt.tokens().length;
        Eviction stageOne = new Eviction(pseudo.stageOne(), n, 0, false);
        long started = System.nanoTime();
        try (PrefixLease prefix = prompt.prefix(prefixes, stageOne, 0);
                PromptPass pass = PromptPass.keepingAllLayers(target, slot, stageOne, prefix)) {
            int reused = prefix.reusedTokens();
            pass.feed(
                    Arrays.copyOfRange(prompt.tokens(), reused, n),
                    Arrays.copyOfRange(prompt.positions(), reused, n),
                    true,
                    yieldPoint);
            Prefilled prefilled = run(pass, reused, System.nanoTime() - started, prompt, slot, choice, yieldPoint);
            prefix.keep();
            return prefilled;
        }
    }

    /** Goes on from a slot that holds what stage one left of a pass that took {@code prefillNanos}. */
    Prefilled run(
            PromptPass pass,
            int reusedTokens,
            long prefillNanos,
            TargetPrompt prompt,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        float[][] logits = pass.lastLogits(1);
        long started = System.nanoTime();
        try (SavedQueries queries = new SavedQueries(target)) {
            Set<Integer> ends = target.checkpoint().endTokens();
            int token = Greedy.token(logits[0]);
            int most = Math.min(pseudo.tokens(), target.shape().maxPositions() - slot.nextPosition());
            for (int i = 0; i < most && !ends.contains(token); i++) {
                yieldPoint.pause();
                token = Greedy.token(DecodeStep.saving(target, slot, token, queries));
            }
            Eviction stageTwo = new Eviction(prompt.policy(), prompt.tokens().length, queries.count(), false);
            pass.evictAgain(stageTwo, queries);
        }
        slot.setNextPosition(prompt.continuesAt());
        return new Prefilled(
                new int[] {choice.choose(logits[0], new int[0])},
                logits,
                true,
                pass.kept(),
                reusedTokens,
                new Prefilled.Nanos(prefillNanos, System.nanoTime() - started, 0));
    }
}
