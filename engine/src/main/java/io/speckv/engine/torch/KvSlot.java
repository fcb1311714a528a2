package io.speckv.engine.torch;

import java.util.Arrays;

/**
 * One sequence's place in a {@link KvArena}: how many keys each layer and KV head holds, and the position of the next token.
 * The two numbers differ once keys were evicted. Thread-confined.
 */
public final class KvSlot {
    private final KvArena arena;
    private final int index;
    private final int[][] lengths;
    private int nextPosition;
    private int promptLength = 1;

    KvSlot(KvArena arena, int index, int layers, int kvHeads) {
        this.arena = arena;
        this.index = index;
        this.lengths = new int[layers][kvHeads];
    }

    /** Returns the arena that owns this slot's memory. */
    public KvArena arena() {
        return arena;
    }

    /** Returns the index in the arena, from 0. */
    public int index() {
        return index;
    }

    /** Returns how many keys one KV head of one layer holds. */
    public int length(int layer, int kvHead) {
        return lengths[layer][kvHead];
    }

    /** Returns how many keys the fullest KV head of a layer holds. */
    public int longest(int layer) {
        return Arrays.stream(lengths[layer]).max().orElse(0);
    }

    /** Returns how many keys the emptiest KV head of a layer holds. */
    int shortest(int layer) {
        return Arrays.stream(lengths[layer]).min().orElse(0);
    }

    /** Returns how many keys the fullest KV head of any layer holds. */
    public int longest() {
        return Arrays.stream(lengths).flatMapToInt(Arrays::stream).max().orElse(0);
    }

    /** Returns the number of KV pairs over all layers and KV heads. */
    public long pairs() {
        return Arrays.stream(lengths)
                .flatMapToInt(Arrays::stream)
                .asLongStream()
                .sum();
    }

    /** Returns the rotary position of the next token. */
    public int nextPosition() {
        return nextPosition;
    }

    public void setNextPosition(int position) {
        nextPosition = position;
    }

    /** Returns the positions of the slot's prompt, on which the rotation of some models depends. */
    int promptLength() {
        return promptLength;
    }

    void setPromptLength(int positions) {
        promptLength = positions;
    }

    /** Drops the last {@code tokens} keys of every layer and KV head, and moves the position back by as many. */
    public void dropLast(int tokens) {
        for (int[] heads : lengths) {
            for (int head = 0; head < heads.length; head++) {
                if (tokens < 0 || tokens > heads[head]) {
                    throw new IllegalArgumentException("cannot drop " + tokens + " of " + heads[head] + " keys");
                }
                heads[head] -= tokens;
            }
        }
        nextPosition -= tokens;
    }

    /**
     * Zeroes the slot's memory. Needed before {@link #release} if a sequence failed. Otherwise a NaN could reach the next
     * sequence through the places that a batch of unequal lengths masks, because 0 times NaN is NaN.
     */
    public void erase() {
        arena.erase(this);
    }

    /** Gives the slot back to its arena; it must not be used afterwards. */
    public void release() {
        arena.release(this);
    }

    void setLength(int layer, int kvHead, int length) {
        lengths[layer][kvHead] = length;
    }

    void grow(int layer, int tokens) {
        for (int head = 0; head < lengths[layer].length; head++) {
            lengths[layer][head] += tokens;
        }
    }

    void clear() {
        for (int[] heads : lengths) {
            Arrays.fill(heads, 0);
        }
        nextPosition = 0;
    }

    /** Returns whether all KV heads of a layer hold the same number of keys. */
    boolean isUniform(int layer) {
        int first = lengths[layer][0];
        return Arrays.stream(lengths[layer]).allMatch(length -> length == first);
    }
}
