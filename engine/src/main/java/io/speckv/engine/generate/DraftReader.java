package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.AttentionTally;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.engine.torch.PrefixLease;
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
    private final @Nullable PrefixCache prefixes;

    /**
     * @param arena of the draft, with a free slot for every prompt read at once
     */
    public DraftReader(DecoderModel draft, KvArena arena) {
        this(draft, arena, null);
    }

    /**
     * A reader that reads only the part of a prompt that no earlier prompt began with.
     *
     * @param arena of the draft, with a free slot for every prompt read at once
     * @param prefixes of the draft, or null
     */
    public DraftReader(DecoderModel draft, KvArena arena, @Nullable PrefixCache prefixes) {
        this.draft = draft;
        this.arena = arena;
        this.prefixes = prefixes;
    }

    /**
     * Reads a prompt greedily.
     *
     * @param prompt at least one token
     * @param scoring how attention becomes scores, or null for none
     * @param lookaheadTokens tokens to decode, at least 0; an end token ends them early and is one of them
     * @param endTokens token ids that end the lookahead
     */
    public DraftReading read(
            int[] prompt,
            @Nullable AttentionScoring scoring,
            int lookaheadTokens,
            Set<Integer> endTokens,
            YieldPoint yieldPoint,
            IntConsumer onLookahead,
            Consumer<float[]> onScores) {
        DraftTask task = new DraftTask(
                prompt,
                scoring,
                lookaheadTokens,
                lookaheadTokens,
                (logits, drafted) -> Greedy.token(logits),
                endTokens);
        return read(task, yieldPoint, new DraftListener() {
            @Override
            public void scored(float[] scores) {
                onScores.accept(scores);
            }

            @Override
            public boolean drafted(int token) {
                onLookahead.accept(token);
                return true;
            }
        });
    }

    /** Does a task. The listener gets each result as soon as it is final. */
    public DraftReading read(DraftTask task, YieldPoint yieldPoint, DraftListener listener) {
        try (OpenDraft open = open(task, yieldPoint, listener)) {
            return open.reading();
        }
    }

    /** As {@link #read(DraftTask, YieldPoint, DraftListener)}, but the draft can continue afterwards; the caller closes it. */
    public OpenDraft open(DraftTask task, YieldPoint yieldPoint, DraftListener listener) {
        OpenDraft open = begin(task, yieldPoint, listener);
        boolean done = false;
        try {
            while (!open.isDone()) {
                yieldPoint.pause();
                open.draft();
            }
            done = true;
            return open;
        } finally {
            if (!done) {
                open.abandon();
            }
        }
    }

    /** Reads the prompt and chooses the first token of the lookahead. The caller runs the steps and closes the draft. */
    public OpenDraft begin(DraftTask task, YieldPoint yieldPoint, DraftListener listener) {
        AttentionTally tally = task.scoring() == null ? null : new AttentionTally(task.scoring(), task.prompt().length);
        KvSlot slot = arena.take();
        boolean begun = false;
        try (PrefixLease prefix = prefix(task.prompt(), tally)) {
            long started = System.nanoTime();
            float[] next = prefill(task, slot, tally, prefix, yieldPoint);
            var read = new OpenDraft.PromptRead(next, System.nanoTime() - started, prefix.reusedTokens());
            OpenDraft open = new OpenDraft(draft, slot, task, listener, tally, read);
            prefix.keep();
            begun = true;
            return open;
        } finally {
            if (!begun) {
                OpenDraft.eraseAndRelease(slot);
            }
        }
    }

    /** Returns the cached prefix of a prompt, without the tokens whose queries score: these are computed again. */
    private PrefixLease prefix(int[] prompt, @Nullable AttentionTally tally) {
        int queries = tally == null ? 1 : tally.windowQueries();
        return prefixes == null ? PrefixLease.NONE : prefixes.lease(prompt, prompt.length - queries);
    }

    private float[] prefill(
            DraftTask task, KvSlot slot, @Nullable AttentionTally tally, PrefixLease prefix, YieldPoint yieldPoint) {
        Eviction none = new Eviction(new FullCache(), task.prompt().length, 0, false);
        try (PromptPass pass = PromptPass.observed(draft, slot, none, tally, prefix)) {
            int[] prompt = task.prompt();
            pass.feed(Arrays.copyOfRange(prompt, prefix.reusedTokens(), prompt.length), true, yieldPoint);
            return task.lookaheadTokens() > 0 ? pass.lastLogits(1)[0] : new float[0];
        }
    }
}
