package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.checkpoint.ModelShape;
import java.util.BitSet;

/**
 * KV cache memory for a fixed number of sequences, allocated once: per layer, keys and values {@code [slots, kvHeads,
 * capacity, headDim]}.
 *
 * <p>Slots are handed out lowest first, so that sequences that decode together are neighbours and need no copy. Taking
 * and releasing slots is thread-safe; their content belongs to one thread at a time.
 */
public final class KvArena implements AutoCloseable {
    private final DecoderModel model;
    private final NDManager memory;
    private final NDArray[] keys;
    private final NDArray[] values;
    private final KvSlot[] slots;
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
        this.bytesPerPair = 2L * shape.headDim() * model.numbers().bytes;
        memory = model.newScope();
        keys = new NDArray[shape.layers()];
        values = new NDArray[shape.layers()];
        long[] size = {slotCount, shape.kvHeads(), capacity, shape.headDim()};
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = model.zeros(memory, size);
            values[layer] = model.zeros(memory, size);
        }
        slots = new KvSlot[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new KvSlot(this, i, shape.layers(), shape.kvHeads());
        }
    }

    /**
     * An empty slot, the lowest that is free.
     *
     * @throws IllegalStateException if none is free
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

    void erase(KvSlot slot) {
        for (int layer = 0; layer < keys.length; layer++) {
            model.graph()
                    .call("clear_slot")
                    .with(keys[layer])
                    .with(values[layer])
                    .with(slot.index())
                    .run();
        }
    }

    synchronized void release(KvSlot slot) {
        if (!taken.get(slot.index())) {
            throw new IllegalStateException("cache slot " + slot.index() + " was released twice");
        }
        taken.clear(slot.index());
    }

    /** Slots in all. */
    public int size() {
        return slots.length;
    }

    /** Slots that are taken now. */
    public synchronized int inUse() {
        return taken.cardinality();
    }

    /** Tokens that a slot can hold per layer and KV head. */
    public int capacity() {
        return capacity;
    }

    /** Bytes of the KV pairs that a slot holds now. */
    public long bytesHeld(KvSlot slot) {
        return slot.pairs() * bytesPerPair;
    }

    /** Bytes of one KV pair of one layer and KV head. */
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
