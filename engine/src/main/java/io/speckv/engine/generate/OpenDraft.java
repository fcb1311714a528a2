package io.speckv.engine.generate;

import io.speckv.engine.torch.AttentionTally;
import io.speckv.engine.torch.ChunkStep;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A draft that has read a prompt. The answer that it expects is its guess. The guess first grows to the lookahead that the
 * task wants, while attention is counted. Then the draft {@linkplain #isDone is done} and can continue: it takes the
 * target's tokens, and guesses beyond them. Thread-confined; the caller closes it.
 */
public final class OpenDraft implements AutoCloseable {
    /** Most tokens that are fed at once if the target is ahead. */
    private static final int MOST_ROWS = 64;

    private final DecoderModel draft;
    private final KvSlot slot;
    private final DraftTask task;
    private final DraftListener listener;
    private final PromptRead read;
    private final long began = System.nanoTime();
    private @Nullable AttentionTally tally;
    private float[] scores = {};
    private @Nullable DraftReading reading;
    private int[] guess;
    private int size;
    /** Number of tokens of the guess whose keys the slot holds. The last token's keys are never among them. */
    private int fed;

    /**
     * The results of the prefill.
     *
     * @param logits after the prompt, {@code [vocabSize]}; empty if no lookahead is wanted
     * @param nanos time of the prefill, with scoring
     * @param reusedTokens tokens of the prompt whose keys were in the prefix cache
     */
    @SuppressWarnings("ArrayRecordComponent") // Only read, never compared.
    record PromptRead(float[] logits, long nanos, int reusedTokens) {}

    /**
     * @param slot holds the prompt; it is released with this
     * @param tally counted the prefill; null if nothing is scored
     */
    OpenDraft(
            DecoderModel draft,
            KvSlot slot,
            DraftTask task,
            DraftListener listener,
            @Nullable AttentionTally tally,
            PromptRead read) {
        this.draft = draft;
        this.slot = slot;
        this.task = task;
        this.listener = listener;
        this.tally = tally;
        this.read = read;
        this.guess = new int[task.lookaheadTokens()];
        if (task.scoringTokens() <= 1) {
            sendScores();
        }
        if (task.lookaheadTokens() == 0) {
            done();
        } else {
            lookahead(read.logits);
        }
    }

    /** Returns whether scores and lookahead are complete. */
    public boolean isDone() {
        return reading != null;
    }

    /**
     * Returns the draft's results for the prompt.
     *
     * @throws IllegalStateException if the draft is not {@linkplain #isDone done}
     */
    public DraftReading reading() {
        DraftReading all = reading;
        if (all == null) {
            throw new IllegalStateException("the lookahead has " + size + " of " + task.lookaheadTokens() + " tokens");
        }
        return all;
    }

    /** Returns the number of tokens in the guess. */
    public int size() {
        return size;
    }

    /** Returns the guess from an index on, a copy. */
    public int[] guess(int first) {
        return Arrays.copyOfRange(guess, first, size);
    }

    /** Returns the place of the slot in its arena. A step reads neighbouring slots in place, and copies others. */
    public int slotIndex() {
        return slot.index();
    }

    /** Returns the most keys that a KV head of the slot holds. */
    public int keys() {
        return slot.longest();
    }

    /**
     * Takes a token of the target's answer. If the token was not guessed, it replaces the rest of the guess.
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

    /** Returns whether the slot or the model's positions have no room for the next token. This never changes back. */
    public boolean isFull() {
        int more = size - fed;
        return slot.longest() + more > slot.arena().capacity()
                || slot.nextPosition() + more > draft.shape().maxPositions();
    }

    /** Returns whether a token can follow the guess: the guess has begun and did not end, and there is room. */
    public boolean canDraft() {
        return size > 0 && !task.endTokens().contains(guess[size - 1]) && !isFull();
    }

    /**
     * Drafts the token after the guess.
     *
     * @throws io.speckv.engine.PromptTooLongException if the draft {@link #isFull}
     */
    public void draft() {
        boolean grew = false;
        while (!grew) {
            grew = take(nextLogits(List.of(this))[0]);
        }
    }

    /**
     * Feeds each draft the tokens of its guess that its slot lacks, at most {@value #MOST_ROWS}, and returns the logits
     * after them, {@code [drafts][tokens][vocabSize]}. Call {@link #take} with them next. The result for one draft does not
     * depend on the others.
     *
     * @param drafts of one model and arena, each at most once
     * @throws io.speckv.engine.PromptTooLongException if a draft {@link #isFull}
     */
    public static float[][][] nextLogits(List<OpenDraft> drafts) {
        float[][][] logits = new float[drafts.size()][][];
        List<Integer> single = new ArrayList<>();
        List<Integer> several = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            (drafts.get(i).rows() == 1 ? single : several).add(i);
        }
        if (!single.isEmpty()) {
            float[][] rows = nextToken(single.stream().map(drafts::get).toList());
            for (int i = 0; i < rows.length; i++) {
                logits[single.get(i)] = new float[][] {rows[i]};
            }
        }
        if (!several.isEmpty()) {
            float[][][] chunks = nextChunk(several.stream().map(drafts::get).toList());
            for (int i = 0; i < chunks.length; i++) {
                logits[several.get(i)] = chunks[i];
            }
        }
        return logits;
    }

    private int rows() {
        if (size == 0) {
            throw new IllegalStateException("nothing of the answer is known yet");
        }
        return Math.min(size - fed, MOST_ROWS);
    }

    private static float[][] nextToken(List<OpenDraft> drafts) {
        return DecodeStep.observed(
                drafts.get(0).draft,
                drafts.stream().map(draft -> draft.slot).toList(),
                drafts.stream().mapToInt(draft -> draft.guess[draft.fed]).toArray(),
                drafts.stream()
                        .<@Nullable AttentionTally>map(draft -> draft.tally)
                        .toList());
    }

    /** Only a draft that is done has more than its last token to feed, and its attention does not count any more. */
    private static float[][][] nextChunk(List<OpenDraft> drafts) {
        return ChunkStep.run(
                drafts.get(0).draft,
                drafts.stream().map(draft -> draft.slot).toList(),
                drafts.stream()
                        .map(draft -> Arrays.copyOfRange(draft.guess, draft.fed, draft.fed + draft.rows()))
                        .toArray(int[][]::new));
    }

    /**
     * Lets the guess grow by the next token, unless a part of the guess has yet to be fed.
     *
     * @param logits of this draft
     * @return whether the guess grew
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    public boolean take(float[][] logits) {
        fed += logits.length;
        if (fed < size) {
            return false;
        }
        float[] last = logits[logits.length - 1];
        if (isDone()) {
            append(task.choice().choose(last, guess(0)));
            return true;
        }
        if (size == task.scoringTokens() - 1) {
            sendScores();
        }
        lookahead(last);
        return true;
    }

    private void lookahead(float[] logits) {
        int token = task.choice().choose(logits, guess(0));
        append(token);
        boolean wantsMore = listener.drafted(token);
        if (!wantsMore || task.endTokens().contains(token) || size == task.lookaheadTokens()) {
            done();
        }
    }

    private void done() {
        sendScores();
        reading = new DraftReading(scores, guess(0), read.nanos, System.nanoTime() - began, read.reusedTokens);
    }

    /** Sends the scores once, and counts no attention afterwards. */
    private void sendScores() {
        AttentionTally counted = tally;
        if (counted != null) {
            tally = null;
            scores = counted.scores();
            listener.scored(scores);
        }
    }

    /** As {@link #close}, for a draft that failed. Its slot is cleared because the content may be damaged. */
    public void abandon() {
        eraseAndRelease(slot);
    }

    static void eraseAndRelease(KvSlot damaged) {
        try {
            damaged.erase();
        } finally {
            damaged.release();
        }
    }

    @Override
    public void close() {
        // No score and no token has shown that the keys are finite.
        boolean unproven = task.scoring() == null && size == 0;
        if (unproven) {
            abandon();
        } else {
            slot.release();
        }
    }
}
