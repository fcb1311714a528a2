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
 * LAQ and LAQ++ (arXiv 2505.20334): the target decodes a few tokens over a cache that SnapKV evicted, and their queries then
 * choose from the full cache, which is kept until then. A draft's lookahead that is wrong early is corrected in the same
 * way, from the first wrong token on.
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
            Prefilled prefilled = choose(pass, reused, System.nanoTime() - started, prompt, slot, choice, yieldPoint);
            prefix.keep();
            return prefilled;
        }
    }

    /** Goes on from a slot that holds the keys that stage one kept after a pass of {@code prefillNanos}. */
    Prefilled choose(
            PromptPass pass,
            int reusedTokens,
            long prefillNanos,
            TargetPrompt prompt,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        Prefilled.Nanos soFar = new Prefilled.Nanos(prefillNanos, 0, 0);
        Lookahead none = new Lookahead(new int[0], pass.lastLogits(1));
        return choose(pass, reusedTokens, soFar, prompt, none, slot, choice, yieldPoint);
    }

    /**
     * Corrects the choice of a pass whose lookahead is wrong early: evicts for stage one and goes on from there.
     *
     * @param prompt with the policy of the correction
     */
    Prefilled correct(
            PromptPass pass,
            int reusedTokens,
            Prefilled.Nanos soFar,
            TargetPrompt prompt,
            Lookahead lookahead,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        int n = prompt.tokens().length;
        int right = lookahead.right.length;
        long started = System.nanoTime();
        try (SavedQueries none = new SavedQueries(target)) {
            pass.evictAgain(new Eviction(pseudo.stageOne(), n, right, true), none, n, n + right);
        }
        slot.setNextPosition(prompt.continuesAt() + right);
        Prefilled.Nanos evicted =
                new Prefilled.Nanos(soFar.prefill(), soFar.evict() + System.nanoTime() - started, soFar.verify());
        return choose(pass, reusedTokens, evicted, prompt, lookahead, slot, choice, yieldPoint);
    }

    /**
     * The beginning of a lookahead that the target agrees with.
     *
     * @param right tokens that are right; their keys are in the slot and the pass remembers their queries
     * @param logits before each of them and after the last {@code [1 + right][vocabSize]}
     */
    record Lookahead(int[] right, float[][] logits) {}

    private Prefilled choose(
            PromptPass pass,
            int reusedTokens,
            Prefilled.Nanos soFar,
            TargetPrompt prompt,
            Lookahead lookahead,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        int n = prompt.tokens().length;
        int right = lookahead.right.length;
        boolean verifies = prompt.verifiesLookahead() && right > 0;
        long started = System.nanoTime();
        try (SavedQueries queries = new SavedQueries(target)) {
            Set<Integer> ends = target.checkpoint().endTokens();
            int token = Greedy.token(lookahead.logits[right]);
            int most = Math.min(pseudo.tokens() - right, target.shape().maxPositions() - slot.nextPosition());
            for (int i = 0; i < most && !ends.contains(token); i++) {
                yieldPoint.pause();
                token = Greedy.token(DecodeStep.saving(target, slot, token, queries));
            }
            Eviction stageTwo = new Eviction(prompt.policy(), n, right + queries.count(), verifies);
            pass.evictAgain(stageTwo, queries, n + right, n + right);
        }
        int[] drafted = verifies ? lookahead.right : new int[0];
        int[] tokens = Verification.verify(drafted, lookahead.logits, new int[0], choice);
        slot.dropLast(drafted.length - (tokens.length - 1));
        slot.setNextPosition(prompt.continuesAt() + tokens.length - 1);
        return new Prefilled(
                tokens,
                Arrays.copyOf(lookahead.logits, tokens.length),
                true,
                right,
                pass.kept(),
                reusedTokens,
                new Prefilled.Nanos(soFar.prefill(), soFar.evict() + System.nanoTime() - started, soFar.verify()));
    }
}
