package io.speckv.engine.generate;

import io.speckv.engine.torch.ChunkStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import java.util.Arrays;
import java.util.List;

/**
 * A draft that has read a prompt and goes on: from what the target says, and past its own tokens that the target has not
 * said yet. What it expects the answer to be is its guess. Thread-confined; the caller closes it.
 */
public final class OpenDraft implements AutoCloseable {
    /** Most tokens that are fed at once where the target is ahead. */
    private static final int MOST_ROWS = 64;

    private final DecoderModel draft;
    private final KvSlot slot;
    private final DraftTask task;
    private final DraftReading reading;
    private int[] guess;
    private int size;
    /** Tokens of the guess whose keys the slot holds; the last one's it never does. */
    private int fed;

    /**
     * @param slot holds the prompt and all of the lookahead but its last token; it is released with this
     */
    OpenDraft(DecoderModel draft, KvSlot slot, DraftTask task, DraftReading reading) {
        this.draft = draft;
        this.slot = slot;
        this.task = task;
        this.reading = reading;
        this.guess = reading.lookahead().clone();
        this.size = guess.length;
        this.fed = Math.max(0, size - 1);
    }

    /** Returns what was found out about the prompt. */
    public DraftReading reading() {
        return reading;
    }

    /** Returns the number of tokens in the guess. */
    public int size() {
        return size;
    }

    /** Returns the guess from an index on, a copy. */
    public int[] guess(int first) {
        return Arrays.copyOfRange(guess, first, size);
    }

    /**
     * Takes a token of the target's answer. Where it was not guessed, the guess ends with it.
     *
     * @param index in the answer, at most {@link #size}
     * @return whether it was guessed
     */
    public boolean answered(int index, int token) {
        if (index > size) {
            throw new IllegalArgumentException("token " + index + " of an answer of which " + size + " are known");
        }
        if (index < size && guess[index] == token) {
            return true;
        }
        size = index;
        if (fed > size) {
            slot.dropLast(fed - size);
            fed = size;
        }
        append(token);
        return false;
    }

    private void append(int token) {
        if (size == guess.length) {
            guess = Arrays.copyOf(guess, 2 * size + 1);
        }
        guess[size++] = token;
    }

    /** Returns whether the slot or the model's positions end before the next token, for good. */
    public boolean isFull() {
        int more = size - fed;
        return slot.longest() + more > slot.arena().capacity()
                || slot.nextPosition() + more > draft.shape().maxPositions();
    }

    /** Returns whether a token can follow the guess: it has begun, did not end, and there is room. */
    public boolean canDraft() {
        return size > 0 && !task.endTokens().contains(guess[size - 1]) && !isFull();
    }

    /**
     * Drafts the token after the guess.
     *
     * @throws io.speckv.engine.PromptTooLongException if the draft {@link #isFull}
     */
    public void draft() {
        if (size == 0) {
            throw new IllegalStateException("nothing of the answer is known yet");
        }
        float[][] logits = {};
        while (fed < size) {
            int end = Math.min(size, fed + MOST_ROWS);
            logits = ChunkStep.run(draft, List.of(slot), new int[][] {Arrays.copyOfRange(guess, fed, end)})[0];
            fed = end;
        }
        append(task.choice().choose(logits[logits.length - 1], guess(0)));
    }

    @Override
    public void close() {
        slot.release();
    }
}
