package io.speckv.engine.generate;

import io.speckv.engine.Cancellation;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.AttentionTally;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.prompt.AttentionScoring;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The draft's part: scores for every prompt token, and the tokens it would answer with. */
public final class DraftReader {
    private final DecoderModel draft;
    private final KvArena arena;

    /**
     * @param arena of the draft, with a free slot for every prompt read at once
     */
    public DraftReader(DecoderModel draft, KvArena arena) {
        this.draft = draft;
        this.arena = arena;
    }

    /**
     * Reads a prompt.
     *
     * @param prompt at least one token
     * @param scoring how attention becomes scores, or null for none
     * @param lookaheadTokens tokens to decode greedily, at least 0; an end token ends them early and is one of them
     * @param endTokens token ids that end the lookahead
     */
    public DraftReading read(
            int[] prompt,
            @Nullable AttentionScoring scoring,
            int lookaheadTokens,
            Set<Integer> endTokens,
            Cancellation cancellation,
            IntConsumer onLookahead,
            Consumer<float[]> onScores) {
        KvSlot slot = arena.take();
        try {
            long started = System.nanoTime();
            AttentionTally tally = scoring == null ? null : new AttentionTally(scoring, prompt.length);
            float[] next = prefill(prompt, slot, tally, lookaheadTokens > 0, cancellation);
            boolean scoresFinal = tally != null && lookaheadTokens <= 1;
            if (tally != null && scoresFinal) {
                onScores.accept(tally.scores());
            }
            long prefilled = System.nanoTime();
            int[] lookahead = decode(slot, next, lookaheadTokens, endTokens, tally, cancellation, onLookahead);
            float[] scores = tally == null ? new float[0] : tally.scores();
            if (tally != null && !scoresFinal) {
                onScores.accept(scores);
            }
            long decoded = System.nanoTime();
            return new DraftReading(scores, lookahead, prefilled - started, decoded - prefilled);
        } finally {
            slot.release();
        }
    }

    private float[] prefill(
            int[] prompt, KvSlot slot, @Nullable AttentionTally tally, boolean wantsLogits, Cancellation cancellation) {
        Eviction none = new Eviction(new FullCache(), prompt.length, 0, false);
        try (PromptPass pass = PromptPass.observed(draft, slot, none, tally)) {
            pass.feed(prompt, true, cancellation);
            return wantsLogits ? pass.lastLogits(1)[0] : new float[0];
        }
    }

    private int[] decode(
            KvSlot slot,
            float[] first,
            int count,
            Set<Integer> endTokens,
            @Nullable AttentionTally tally,
            Cancellation cancellation,
            IntConsumer onLookahead) {
        int[] tokens = new int[count];
        float[] next = first;
        for (int i = 0; i < count; i++) {
            cancellation.check();
            int token = Greedy.token(next);
            tokens[i] = token;
            onLookahead.accept(token);
            if (endTokens.contains(token) || i == count - 1) {
                return Arrays.copyOf(tokens, i + 1);
            }
            next = DecodeStep.observed(draft, slot, token, tally);
        }
        return tokens;
    }
}
