package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.KeptKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One prompt on its way through the model, whole or in pieces, into one cache slot.
 *
 * <p>Each piece goes layer by layer, in blocks of rows inside a layer. Without eviction, keys and values are written to
 * their final place. With eviction, a whole prompt holds the full keys and values of one layer at a time. The next layer
 * overwrites them once the kept ones are copied to the slot. A prompt in pieces must hold those of every layer until its
 * last piece. Thread-confined; the caller closes it.
 */
public final class PromptPass implements AutoCloseable {
    private final DecoderModel model;
    private final KvSlot slot;
    private final @Nullable AttentionTally tally;
    private final NDManager memory;

    private final boolean keepsLayers;
    private final PrefixLease prefix;
    private final List<KeptKeys> kept = new ArrayList<>();

    private Eviction eviction;
    private @Nullable FullKeys full;
    private long evictionNanos;
    private NDManager lastPiece;
    private @Nullable NDArray lastHidden;
    private int lastRows;
    private int fed;

    /** Starts a prompt in an empty slot, without counting attention. */
    public static PromptPass start(DecoderModel model, KvSlot slot, Eviction eviction) {
        return start(model, slot, eviction, PrefixLease.NONE);
    }

    /**
     * As {@link #start}, for a prompt whose beginning is known. Only the rest is fed. If the policy may correct itself, the
     * keys of all layers are held.
     */
    public static PromptPass start(DecoderModel model, KvSlot slot, Eviction eviction, PrefixLease prefix) {
        boolean keepsLayers = eviction.policy().correction() != null;
        return new PromptPass(model, slot, eviction, null, keepsLayers, prefix);
    }

    /** As {@link #start}, but the keys of all layers are held until the pass is closed, for {@link #evictAgain}. */
    public static PromptPass keepingAllLayers(DecoderModel model, KvSlot slot, Eviction eviction, PrefixLease prefix) {
        return new PromptPass(model, slot, eviction, null, true, prefix);
    }

    /**
     * As {@link #observed(DecoderModel, KvSlot, Eviction, AttentionTally, PrefixLease)}, for a prompt without a known
     * beginning.
     */
    public static PromptPass observed(
            DecoderModel model, KvSlot slot, Eviction eviction, @Nullable AttentionTally tally) {
        return observed(model, slot, eviction, tally, PrefixLease.NONE);
    }

    /** Starts a prompt whose keys all stay, and lets {@code tally} count the attention of its last tokens. */
    public static PromptPass observed(
            DecoderModel model, KvSlot slot, Eviction eviction, @Nullable AttentionTally tally, PrefixLease prefix) {
        return new PromptPass(model, slot, eviction, tally, false, prefix);
    }

    /**
     * @param slot receives the kept keys; it must be empty if keys will be evicted
     * @param eviction which keys stay
     * @param tally counts the attention of the last queries of the last piece, or null
     * @param prefix the prompt's known blocks
     */
    private PromptPass(
            DecoderModel model,
            KvSlot slot,
            Eviction eviction,
            @Nullable AttentionTally tally,
            boolean keepsLayers,
            PrefixLease prefix) {
        if (eviction.evicts() && slot.longest() > 0) {
            throw new IllegalArgumentException(
                    "a prompt whose keys are evicted must start in an empty slot, not one of " + slot.longest()
                            + " tokens");
        }
        this.model = model;
        this.slot = slot;
        this.eviction = eviction;
        this.tally = tally;
        this.memory = model.newScope();
        this.lastPiece = memory.newSubManager();
        this.keepsLayers = keepsLayers;
        this.prefix = prefix;
        this.fed = slot.longest() + prefix.reusedTokens();
        if (prefix.reusedTokens() > 0) {
            slot.setNextPosition(prefix.reusedTokens());
        }
    }

    /** Feeds tokens at the next positions. See {@link #feed(int[], int[], boolean, YieldPoint)}. */
    public void feed(int[] tokens, boolean last, YieldPoint yieldPoint) {
        int first = slot.nextPosition();
        feed(tokens, IntStream.range(first, first + tokens.length).toArray(), last, yieldPoint);
    }

    /**
     * Feeds the next piece of the prompt.
     *
     * @param tokens at least one
     * @param positions rotary position of each
     * @param last whether the prompt, with its lookahead, ends here; then keys are evicted
     * @param yieldPoint where the pass pauses between blocks; when it throws, the slot's content is undefined
     * @throws io.speckv.engine.TokenOutOfVocabularyException naming the token
     * @throws PromptTooLongException if the slot or the model's positions are exceeded
     */
    public void feed(int[] tokens, int[] positions, boolean last, YieldPoint yieldPoint) {
        check(tokens, positions, last);
        boolean whole = last && full == null;
        if (eviction.evicts() && full == null) {
            int capacity = whole ? fed + tokens.length : eviction.largestPrompt();
            int layers = whole && !keepsLayers ? 1 : model.shape().layers();
            full = new FullKeys(model, memory, capacity, layers);
        }
        if (full == null) {
            slot.arena().reach(slot, fed + tokens.length);
        }
        lastPiece.close();
        lastPiece = memory.newSubManager();
        if (lastHidden == null) {
            slot.setPromptLength(promptLength(positions));
        }
        NDArray hidden = model.embed(lastPiece, tokens);
        try (NDManager scope = memory.newSubManager()) {
            PromptPiece piece = new PromptPiece(model, scope, hidden, positions, slot.promptLength(), fed);
            for (int layer = 0; layer < model.shape().layers(); layer++) {
                runLayer(scope, layer, piece, last, yieldPoint);
            }
        }
        lastHidden = hidden;
        lastRows = tokens.length;
        fed += tokens.length;
        slot.setNextPosition(positions[positions.length - 1] + 1);
    }

    /**
     * Feeds the last piece of a prompt that was begun before the length of its lookahead was known.
     *
     * @param settled the eviction with which the pass was started, now with the actual lookahead
     */
    public void feedLast(int[] tokens, int[] positions, Eviction settled, YieldPoint yieldPoint) {
        eviction = settled;
        feed(tokens, positions, true, yieldPoint);
    }

    /**
     * Returns the number of positions up to the last prompt token, given those of the first piece. Lookahead does not count.
     */
    private int promptLength(int[] positions) {
        int toCome = eviction.promptTokens() - fed;
        int last = Math.max(0, Math.min(toCome, positions.length) - 1);
        return positions[last] + Math.max(1, toCome - last);
    }

    private void runLayer(NDManager parent, int layer, PromptPiece piece, boolean last, YieldPoint yieldPoint) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray keys = full != null
                    ? full.keys(layer)
                    : slotView(scope, slot.arena().keys(layer));
            NDArray values = full != null
                    ? full.values(layer)
                    : slotView(scope, slot.arena().values(layer));
            boolean firstPiece = lastHidden == null;
            if (firstPiece) {
                prefix.load(layer, keys, values);
            }
            piece.project(layer, keys, values, yieldPoint);
            if (last) {
                prefix.save(layer, keys, values);
            }
            long started = System.nanoTime();
            Observed observed = observe(scope, layer, piece, keys, last);
            evictionNanos += System.nanoTime() - started;
            piece.attend(layer, keys, values, observed.verticals(), eviction.band(), yieldPoint);
            KeptKeys chosen = observed.kept();
            if (chosen != null) {
                started = System.nanoTime();
                eviction.gather(model, scope, layer, chosen, keys, values, piece.tokens(), slot);
                kept.add(chosen);
                evictionNanos += System.nanoTime() - started;
            } else if (full == null) {
                slot.grow(layer, firstPiece ? prefix.reusedTokens() + piece.rows() : piece.rows());
            }
        }
    }

    private record Observed(@Nullable KeptKeys kept, NDArray verticals) {}

    private Observed observe(NDManager scope, int layer, PromptPiece piece, NDArray keys, boolean last) {
        NDArray dense = DecoderModel.longs(scope, new int[0]);
        if (tally != null && last) {
            tally.addPrompt(model, scope, layer, piece.queries(), keys, piece.past(), piece.rows());
        }
        if (full == null) {
            return new Observed(null, dense);
        }
        NDArray tail = full.remember(layer, piece.queries(), eviction.queriesToRemember());
        if (!last) {
            return new Observed(null, dense);
        }
        int tokens = piece.tokens();
        KeptKeys chosen = eviction.choose(model, scope, layer, tail, keys, tokens, tokens);
        // A layer with a window is sparse anyway.
        boolean whole = piece.past() == 0 && !model.shape().layer(layer).isLocalIn(tokens);
        int[][] verticals = whole ? eviction.verticals(chosen, tokens) : new int[0][];
        return new Observed(chosen, verticals.length == 0 ? dense : Eviction.rectangle(scope, verticals));
    }

    private NDArray slotView(NDManager scope, NDArray arena) {
        return model.graph().call("slot").with(arena).with(slot.index()).tensor(scope);
    }

    /**
     * Returns the logits after each of the last {@code rows} tokens of the last piece, {@code [rows, vocabSize]}.
     *
     * @throws IllegalStateException if the last piece was shorter
     */
    public float[][] lastLogits(int rows) {
        if (lastHidden == null || rows > lastRows) {
            throw new IllegalStateException(rows + " rows of logits asked for, but the last piece had " + lastRows);
        }
        try (NDManager scope = memory.newSubManager()) {
            return model.logits(scope, lastHidden, lastRows, rows);
        }
    }

    /**
     * Chooses again which keys stay, as if the saved queries had followed the prompt, and replaces the slot's content.
     *
     * @throws IllegalStateException unless the pass keeps all layers and its prompt is complete
     */
    public void evictAgain(Eviction again, SavedQueries saved) {
        evictAgain(again, saved, fed, fed);
    }

    /**
     * As {@link #evictAgain(Eviction, SavedQueries)}, as if the pass had ended earlier.
     *
     * @param observed tokens of the pass whose queries choose, among the keys of as many
     * @param held tokens of the pass that may stay with the eviction's tail, at least {@code observed}
     */
    public void evictAgain(Eviction again, SavedQueries saved, int observed, int held) {
        if (full == null || !keepsLayers || kept.isEmpty()) {
            throw new IllegalStateException("only a complete prompt whose layers are all held can be evicted again");
        }
        kept.clear();
        for (int layer = 0; layer < model.shape().layers(); layer++) {
            try (NDManager scope = memory.newSubManager()) {
                NDArray queries = saved.after(scope, layer, lastQueries(scope, layer, observed));
                NDArray keys = full.keys(layer);
                KeptKeys chosen = again.choose(model, scope, layer, queries, keys, observed, observed + saved.count());
                again.gather(model, scope, layer, chosen, keys, full.values(layer), held, slot);
                kept.add(chosen);
            }
        }
    }

    /** Returns the remembered queries of a layer, without those of tokens from {@code end} on. */
    private NDArray lastQueries(NDManager scope, int layer, int end) {
        NDArray remembered = Objects.requireNonNull(full).lastQueries(layer);
        int rows = Math.toIntExact(remembered.getShape().get(1)) - (fed - end);
        return end == fed
                ? remembered
                : model.graph().call("rows").with(remembered).with(0).with(rows).tensor(scope);
    }

    /** Returns the keys that stayed in each layer; empty if nothing is evicted. */
    public List<KeptKeys> kept() {
        return List.copyOf(kept);
    }

    /** Returns the time spent on scoring, choosing and moving keys. */
    public long evictionNanos() {
        return evictionNanos;
    }

    /** Returns how many tokens were fed so far, including those that the slot held before. */
    public int tokensFed() {
        return fed;
    }

    private void check(int[] tokens, int[] positions, boolean last) {
        if (tokens.length == 0 || positions.length != tokens.length) {
            throw new IllegalArgumentException(tokens.length + " tokens at " + positions.length + " positions");
        }
        model.checkTokens(tokens);
        int largest = model.shape().maxPositions();
        int furthest = IntStream.of(positions).max().orElse(0);
        if (furthest >= largest) {
            throw new PromptTooLongException(furthest + 1, largest);
        }
        int total = fed + tokens.length;
        if (!eviction.evicts() && total > slot.arena().capacity()) {
            throw new PromptTooLongException(total, slot.arena().capacity());
        }
        if (eviction.evicts() && !(last && full == null) && total > eviction.largestPrompt()) {
            throw new PromptTooLongException(total, eviction.largestPrompt());
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
