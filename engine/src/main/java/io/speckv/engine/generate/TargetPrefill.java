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
import io.speckv.selection.cache.LookaheadCorrection;
import io.speckv.selection.cache.LookaheadSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The target's prefill: prompt and lookahead in one pass, eviction layer by layer, and the first tokens of the answer.
 *
 * <p>Without verification the lookahead only helps to choose keys, and decoding starts as in the method's reference: SpecKV
 * feeds the last prompt token again over the evicted cache. With verification the pass computes logits at every lookahead
 * position, and they tell how many lookahead tokens begin the answer ({@link Verification}). The same logits tell whether a
 * policy's {@link io.speckv.selection.cache.CachePolicy#correction} is needed.
 */
public final class TargetPrefill {
    private final DecoderModel target;
    private final @Nullable PrefixCache prefixes;

    /** A prefill that reads every prompt whole. */
    public TargetPrefill(DecoderModel target) {
        this(target, null);
    }

    /**
     * A prefill that reads only the part of a prompt that no earlier prompt began with, if the policy allows it.
     *
     * @param prefixes of the same model, or null
     */
    public TargetPrefill(DecoderModel target, @Nullable PrefixCache prefixes) {
        this.target = target;
        this.prefixes = prefixes;
    }

    /**
     * Prefills a prompt into an empty slot.
     *
     * @param slot of the target, with room for {@link TargetPrompt#slotTokens}
     * @param choice chooses the first tokens
     */
    public Prefilled run(KvSlot slot, TargetPrompt prompt, TokenChoice choice, YieldPoint yieldPoint) {
        LookaheadSource.PseudoDecoding pseudo =
                prompt.policy().lookaheadSource().pseudoDecoding();
        if (pseudo != null && prompt.policy().compresses(prompt.tokens().length)) {
            return new LookaheadQueries(target, prefixes, pseudo).run(slot, prompt, choice, yieldPoint);
        }
        int[] lookahead = lookahead(prompt);
        Eviction eviction = eviction(prompt);
        long started = System.nanoTime();
        try (PrefixLease prefix = prompt.prefix(prefixes, eviction, lookahead.length);
                PromptPass pass = PromptPass.start(target, slot, eviction, prefix)) {
            int reused = prefix.reusedTokens();
            pass.feed(
                    from(reused, concat(prompt.tokens(), lookahead)),
                    from(reused, positions(prompt, lookahead.length)),
                    true,
                    yieldPoint);
            long passed = System.nanoTime() - started - pass.evictionNanos();
            Prefilled.Nanos nanos = new Prefilled.Nanos(passed, pass.evictionNanos(), 0);
            Prefilled prefilled = firstTokens(pass, reused, nanos, prompt, slot, choice, yieldPoint);
            prefix.keep();
            return prefilled;
        }
    }

    /**
     * Reads a prompt except for its last token into an empty slot, while its lookahead is still being drafted. Keys that
     * will be evicted are held in all layers until {@link OpenPrefill#finish}.
     *
     * @param prompt its lookahead is ignored; {@link TargetPrompt#canBeginWithoutLookahead} must hold
     * @param mostLookahead tokens that may follow
     */
    public OpenPrefill begin(KvSlot slot, TargetPrompt prompt, int mostLookahead, YieldPoint yieldPoint) {
        if (!prompt.canBeginWithoutLookahead(mostLookahead)) {
            throw new IllegalArgumentException("the prompt cannot be read without its lookahead");
        }
        return new OpenPrefill(this, target, prefixes, slot, prompt, mostLookahead).read(yieldPoint);
    }

    /** Returns the lookahead tokens that go through the target with the prompt. */
    static int[] lookahead(TargetPrompt prompt) {
        return Arrays.copyOf(prompt.lookahead(), prompt.lookaheadFed());
    }

    static Eviction eviction(TargetPrompt prompt) {
        int lookahead = prompt.lookaheadFed();
        return new Eviction(prompt.policy(), prompt.tokens().length, lookahead, verifies(prompt));
    }

    private static boolean verifies(TargetPrompt prompt) {
        return prompt.verifiesLookahead() && prompt.lookaheadFed() > 0;
    }

    /** Returns the first tokens after a pass that has evicted into {@code slot}. Their time is added to {@code soFar}. */
    Prefilled firstTokens(
            PromptPass pass,
            int reusedTokens,
            Prefilled.Nanos soFar,
            TargetPrompt prompt,
            KvSlot slot,
            TokenChoice choice,
            YieldPoint yieldPoint) {
        long started = System.nanoTime();
        int n = prompt.tokens().length;
        int[] lookahead = lookahead(prompt);
        LookaheadCorrection correction = prompt.policy().correction();
        if (correction != null && prompt.policy().compresses(n)) {
            LookaheadQueries.Lookahead checked = checked(lookahead, pass.lastLogits(lookahead.length + 1));
            if (correction.isNeeded(checked.right().length, lookahead.length)) {
                Prefilled.Nanos verified =
                        new Prefilled.Nanos(soFar.prefill(), soFar.evict(), System.nanoTime() - started);
                return new LookaheadQueries(target, prefixes, correction.decoding())
                        .correct(
                                pass,
                                reusedTokens,
                                verified,
                                prompt.withPolicy(correction.policy()),
                                checked,
                                slot,
                                choice,
                                yieldPoint);
            }
        }
        boolean verifies = verifies(prompt);
        boolean refeeds = prompt.policy().compresses(n) && prompt.policy().refeedsLastToken() && !verifies;
        float[][] logits;
        if (refeeds) {
            slot.setNextPosition(prompt.positions()[n - 1]);
            logits = DecodeStep.run(target, List.of(slot), new int[] {prompt.tokens()[n - 1]});
        } else {
            logits = pass.lastLogits(lookahead.length + 1);
        }
        long passed = System.nanoTime();
        int[] tokens = Verification.verify(verifies ? lookahead : new int[0], logits, new int[0], choice);
        slot.dropLast(verifies ? lookahead.length - (tokens.length - 1) : 0);
        slot.setNextPosition(prompt.continuesAt() + tokens.length - 1);
        return new Prefilled(
                tokens,
                Arrays.copyOf(logits, tokens.length),
                !refeeds,
                verifies ? checked(lookahead, logits).right().length : 0,
                pass.kept(),
                reusedTokens,
                new Prefilled.Nanos(soFar.prefill() + passed - started, soFar.evict(), System.nanoTime() - passed));
    }

    /** Returns the beginning of the lookahead that the target would have chosen itself, greedily as a draft does. */
    private static LookaheadQueries.Lookahead checked(int[] lookahead, float[][] logits) {
        int[] said =
                Verification.verify(lookahead, logits, new int[0], (borrowed, generated) -> Greedy.token(borrowed));
        int right = said.length - 1;
        return new LookaheadQueries.Lookahead(Arrays.copyOf(lookahead, right), Arrays.copyOf(logits, right + 1));
    }

    static int[] positions(TargetPrompt prompt, int lookahead) {
        return concat(
                prompt.positions(),
                IntStream.range(prompt.continuesAt(), prompt.continuesAt() + lookahead)
                        .toArray());
    }

    static int[] from(int first, int[] all) {
        return Arrays.copyOfRange(all, first, all.length);
    }

    static int[] concat(int[] first, int[] second) {
        int[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
