package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a {@link PrefixCache} for one prompt, held until the lease is closed, and the new blocks that the prompt
 * will add. Only {@link #keep} adds them, so a prompt that fails or is cancelled leaves the cache as it was.
 * Thread-confined.
 */
public final class PrefixLease implements AutoCloseable {
    /** No prefix cache: nothing is known and nothing is added. */
    public static final PrefixLease NONE = new PrefixLease(null, null, new int[0], List.of(), 0, new NDArray[0]);

    private final @Nullable PrefixCache cache;
    private final @Nullable DecoderModel model;
    private final int[] prompt;
    private final List<PrefixCache.Block> known;
    private final NDArray[] reused;
    private NDArray[] fresh;
    private boolean open = true;

    PrefixLease(
            @Nullable PrefixCache cache,
            @Nullable DecoderModel model,
            int[] prompt,
            List<PrefixCache.Block> known,
            int reusedBlocks,
            NDArray[] fresh) {
        this.cache = cache;
        this.model = model;
        this.prompt = prompt;
        this.known = known;
        this.reused = known.stream()
                .limit(reusedBlocks)
                .map(PrefixCache.Block::numbers)
                .toArray(NDArray[]::new);
        this.fresh = fresh;
    }

    /** Returns how many tokens at the prompt's beginning need not be fed. */
    public int reusedTokens() {
        return reused.length * PrefixCache.BLOCK_TOKENS;
    }

    /** Copies a layer's known keys and values to the first places of {@code [kvHeads, tokens, headDim]}. */
    void load(int layer, NDArray keys, NDArray values) {
        if (model != null && reused.length > 0) {
            model.graph()
                    .call("load_prefix")
                    .with(reused)
                    .with(layer)
                    .with(keys)
                    .with(values)
                    .run();
        }
    }

    /** Copies a layer's new keys and values of the whole prompt {@code [kvHeads, tokens, headDim]}. */
    void save(int layer, NDArray keys, NDArray values) {
        if (model != null && fresh.length > 0) {
            model.graph()
                    .call("save_prefix")
                    .with(fresh)
                    .with(layer)
                    .with((long) known.size() * PrefixCache.BLOCK_TOKENS)
                    .with(keys)
                    .with(values)
                    .run();
        }
    }

    /**
     * Adds the saved keys and values of all layers. Call it when the prompt is read to its end. Numbers that overflowed are
     * not added.
     */
    public void keep() {
        if (model == null || cache == null || fresh.length == 0) {
            return;
        }
        for (NDArray block : fresh) {
            if (!model.graph().call("all_finite").with(block).flag()) {
                return;
            }
        }
        cache.keep(prompt, known, fresh);
        fresh = new NDArray[0];
    }

    @Override
    public void close() {
        if (cache != null && open) {
            open = false;
            cache.giveUp(fresh, fresh.length);
            cache.unpin(known);
        }
    }
}
