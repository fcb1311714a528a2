package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the beginnings of prompts, so that a prompt with the same beginning as an earlier one is read only from
 * where they differ: the next turn of a chat, or a prompt after a shared system prompt.
 *
 * <p>Blocks of {@value #BLOCK_TOKENS} tokens form a tree, and a block is found by exactly the tokens from position 0 to its
 * end. Blocks that prompts share are held once. Memory is bounded: the leaf that was used longest ago is dropped to make
 * room. Thread-safe; the caller closes it before the model.
 */
public final class PrefixCache implements AutoCloseable {
    /** Tokens of a block. Shorter blocks match more of a prompt; longer blocks cost fewer calls. */
    public static final int BLOCK_TOKENS = 64;

    private final DecoderModel model;
    private final NDManager memory;
    private final long blockBytes;
    private final long mostBlocks;
    private final Block root = new Block(null, new int[0], null);
    private final Set<Block> blocks = new HashSet<>();
    private long reserved;
    private long uses;

    /** @param bytes most bytes to hold, at least those of one block */
    public PrefixCache(DecoderModel model, long bytes) {
        this.model = model;
        this.blockBytes = BLOCK_TOKENS * model.kvBytesPerToken();
        this.mostBlocks = bytes / blockBytes;
        if (mostBlocks < 1) {
            throw new IllegalArgumentException("a prefix cache of " + bytes
                    + " bytes holds nothing: a block of this model takes " + blockBytes + " bytes");
        }
        this.memory = model.newScope();
    }

    /** The tokens that follow a parent block, and their keys and values {@code [layers, 2, kvHeads, tokens, headDim]}. */
    static final class Block {
        private final @Nullable Block parent;
        private final int[] tokens;
        private final @Nullable NDArray numbers;
        private final List<Block> children = new ArrayList<>();
        private int pins;
        private long lastUse;

        private Block(@Nullable Block parent, int[] tokens, @Nullable NDArray numbers) {
            this.parent = parent;
            this.tokens = tokens;
            this.numbers = numbers;
        }

        private @Nullable Block child(int[] prompt, int first) {
            for (Block child : children) {
                if (Arrays.equals(child.tokens, 0, BLOCK_TOKENS, prompt, first, first + BLOCK_TOKENS)) {
                    return child;
                }
            }
            return null;
        }

        NDArray numbers() {
            if (numbers == null) {
                throw new IllegalStateException("the root has no tokens");
            }
            return numbers;
        }
    }

    /**
     * Finds the known blocks of a prompt and makes room for the others; the caller closes the lease.
     *
     * @param prompt at positions 0, 1, 2 and so on
     * @param mostReused tokens whose keys may be taken from the cache, because their queries are not needed
     */
    public PrefixLease lease(int[] prompt, int mostReused) {
        // Keys that depend on the length of their prompt fit no other prompt.
        if (model.rotary().dependsOnLength()) {
            return PrefixLease.NONE;
        }
        int whole = prompt.length / BLOCK_TOKENS;
        List<Block> known = new ArrayList<>();
        int fresh;
        synchronized (this) {
            uses++;
            Block at = root;
            for (int i = 0; i < whole; i++) {
                Block next = at.child(prompt, i * BLOCK_TOKENS);
                if (next == null) {
                    break;
                }
                next.pins++;
                next.lastUse = uses;
                known.add(next);
                at = next;
            }
            fresh = reserve(whole - known.size());
        }
        int reused = Math.min(known.size(), Math.max(0, mostReused) / BLOCK_TOKENS);
        return new PrefixLease(this, model, prompt, known, reused, newBlocks(fresh, known));
    }

    /**
     * Makes room for as many blocks as possible, at most {@code wanted}, and returns their number. Called with the lock
     * held.
     */
    private int reserve(int wanted) {
        int granted = 0;
        while (granted < wanted && (blocks.size() + reserved < mostBlocks || evictOne())) {
            reserved++;
            granted++;
        }
        return granted;
    }

    private boolean evictOne() {
        Block oldest = null;
        for (Block block : blocks) {
            if (block.children.isEmpty() && block.pins == 0 && (oldest == null || block.lastUse < oldest.lastUse)) {
                oldest = block;
            }
        }
        if (oldest == null || oldest.parent == null) {
            return false;
        }
        blocks.remove(oldest);
        oldest.parent.children.remove(oldest);
        oldest.numbers().close();
        return true;
    }

    private NDArray[] newBlocks(int count, List<Block> known) {
        NDArray[] fresh = new NDArray[count];
        int made = 0;
        try {
            while (made < count) {
                fresh[made] = model.zeros(
                        memory,
                        model.shape().layers(),
                        2,
                        model.shape().kvHeads(),
                        BLOCK_TOKENS,
                        model.shape().headDim());
                made++;
            }
            return fresh;
        } finally {
            if (made < count) {
                giveUp(Arrays.copyOf(fresh, made), count);
                unpin(known);
            }
        }
    }

    /** Takes over blocks whose numbers are complete. Blocks that another prompt has added in the meantime are dropped. */
    synchronized void keep(int[] prompt, List<Block> known, NDArray[] fresh) {
        Block at = known.isEmpty() ? root : known.get(known.size() - 1);
        for (int i = 0; i < fresh.length; i++) {
            int first = (known.size() + i) * BLOCK_TOKENS;
            Block there = at.child(prompt, first);
            if (there == null) {
                there = new Block(at, Arrays.copyOfRange(prompt, first, first + BLOCK_TOKENS), fresh[i]);
                there.lastUse = uses;
                at.children.add(there);
                blocks.add(there);
            } else {
                fresh[i].close();
            }
            at = there;
        }
        reserved -= fresh.length;
    }

    /** Frees blocks that were never completed. */
    synchronized void giveUp(NDArray[] fresh, int count) {
        for (NDArray block : fresh) {
            block.close();
        }
        reserved -= count;
    }

    synchronized void unpin(List<Block> known) {
        known.forEach(block -> block.pins--);
    }

    /** Returns the bytes of keys and values that are held or reserved. */
    public synchronized long bytesHeld() {
        return (blocks.size() + reserved) * blockBytes;
    }

    /** Returns whether a lease is still open. */
    synchronized boolean isLeased() {
        return reserved > 0 || blocks.stream().anyMatch(block -> block.pins > 0);
    }

    @Override
    public void close() {
        memory.close();
    }
}
