package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.BitSet;

/**
 * KV cache memory for a fixed number of sequences, reserved once: per layer, keys and values {@code [slots, kvHeads,
 * capacity, headDim]}.
 *
 * <p>On a CPU the system gives memory page by page as it is written, so an arena takes as much as its slots have held so
 * far, not as much as it could hold. A batch of unequal lengths reads places that were never written. They are masked, but 0
 * times NaN is NaN. So a caller that writes a slot, or reads it together with a longer one, must first call {@link #reach},
 * which zeroes the places that the slot has not reached before.
 *
 * <p>The lowest free slot is handed out first, so that sequences that decode together are neighbours and need no copy.
 * Taking and releasing slots is thread-safe; their content belongs to one thread at a time.
 */
public final class KvArena implements AutoCloseable {
    /**
     * Fewest tokens by which a slot's zeroed part grows, so that zeroing takes one call per layer for as many decoded
     * tokens.
     */
    private static final int GROWTH = 256;

    private final DecoderModel model;
    private final NDManager memory;
    private final NDArray[] keys;
    private final NDArray[] values;
    private final KvSlot[] slots;
    /** How many places of each slot, from 0 on, hold valid numbers rather than arbitrary memory. */
    private final int[] reached;

    private final int capacity;
    private final long bytesPerPair;
    private final BitSet taken = new BitSet();

    KvArena(DecoderModel model, int slotCount, int capacity) {
        if (slotCount < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "an arena needs at least 1 slot of at least 1 token, not " + slotCount + " of " + capacity);
        }
        this.model = model;
        ModelShape shape = model.shape();
        this.capacity = capacity;
        this.bytesPerPair = ModelMemory.bytesPerPair(shape, model.numbers());
        memory = model.newScope();
        keys = new NDArray[shape.layers()];
        values = new NDArray[shape.layers()];
        long[] size = {slotCount, shape.kvHeads(), capacity, shape.headDim()};
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = model.empty(memory, size);
            values[layer] = model.empty(memory, size);
        }
        reached = new int[slotCount];
        slots = new KvSlot[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new KvSlot(this, i, shape.layers(), shape.kvHeads());
        }
    }

    /**
     * Returns the lowest free slot, empty.
     *
     * @throws IllegalStateException if no slot is free
     */
    public synchronized KvSlot take() {
        int index = taken.nextClearBit(0);
        if (index >= slots.length) {
            throw new IllegalStateException("all " + slots.length + " cache slots are taken");
        }
        taken.set(index);
        slots[index].clear();
        return slots[index];
    }

    /** Makes the first {@code tokens} places of a slot readable in every layer and KV head. Confined to the slot's thread. */
    void reach(KvSlot slot, int tokens) {
        int before = reached[slot.index()];
        if (tokens > before) {
            int now = Math.min(capacity, Math.max(tokens, before + GROWTH));
            zero(slot, before, now);
            reached[slot.index()] = now;
        }
    }

    void erase(KvSlot slot) {
        zero(slot, 0, reached[slot.index()]);
    }

    private void zero(KvSlot slot, int first, int end) {
        for (int layer = 0; layer < keys.length; layer++) {
            model.graph()
                    .call("clear_slot")
                    .with(keys[layer])
                    .with(values[layer])
                    .with(slot.index())
                    .with(first)
                    .with(end)
                    .run();
        }
    }

    synchronized void release(KvSlot slot) {
        if (!taken.get(slot.index())) {
            throw new IllegalStateException("cache slot " + slot.index() + " was released twice");
        }
        taken.clear(slot.index());
    }

    /** Returns the number of slots. */
    public int size() {
        return slots.length;
    }

    /** Returns how many slots are taken now. */
    public synchronized int inUse() {
        return taken.cardinality();
    }

    /** Returns how many tokens a slot can hold per layer and KV head. */
    public int capacity() {
        return capacity;
    }

    /** Returns the bytes of the KV pairs that a slot holds now. */
    public long bytesHeld(KvSlot slot) {
        return slot.pairs() * bytesPerPair;
    }

    /** Returns the bytes of one KV pair of one layer and KV head. */
    public long bytesPerPair() {
        return bytesPerPair;
    }

    NDArray keys(int layer) {
        return keys[layer];
    }

    NDArray values(int layer) {
        return values[layer];
    }

    @Override
    public void close() {
        memory.close();
    }
}
