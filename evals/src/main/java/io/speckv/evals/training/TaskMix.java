package io.speckv.evals.training;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws training sequences: copying, and needles in RULER's wording.
 *
 * <p>The seed fixes all batches: two mixes of equal settings that are asked for the same lengths and shares give the same
 * tokens. Seeds are mixed differently from those of {@link io.speckv.evals.ruler.Ruler}, so no evaluation prompt is
 * trained on other than by chance. Thread-confined.
 */
public final class TaskMix {
    private static final long STREAM = 0x747261696eL; // keeps these draws apart from the evaluation's

    private final CopyTask copying;
    private final NeedleTask needles;
    private final TraceTask tracing;
    private final long seed;
    private long drawn;

    /**
     * Creates a mix at its beginning.
     *
     * @param encoder vocabulary to be trained
     * @param plainTokens ids below it are ordinary tokens, which copying sequences are made of
     * @param endToken id that ends an answer and fills the rest of a sequence
     * @param words words for keys and haystacks
     * @param texts texts for haystacks, may be none
     */
    public TaskMix(
            TextEncoder encoder, int plainTokens, int endToken, WordList words, List<HaystackText> texts, long seed) {
        if (plainTokens < 2 || endToken < plainTokens) {
            throw new IllegalArgumentException("plainTokens is " + plainTokens + " and endToken " + endToken
                    + ", must be at least 2 and not below plainTokens");
        }
        this.copying = new CopyTask(plainTokens);
        this.needles = new NeedleTask(encoder, endToken, words, texts);
        this.tracing = new TraceTask(encoder, endToken, words);
        this.seed = seed;
    }

    /** Skips the first {@code sequences} that were drawn, to resume where a checkpoint was written. */
    public void resumeAt(long sequences) {
        if (sequences < 0) {
            throw new IllegalArgumentException("sequences is " + sequences + ", must be 0 or more");
        }
        drawn = sequences;
    }

    /** Returns how many sequences were drawn since the beginning. */
    public long drawn() {
        return drawn;
    }

    /**
     * Returns the next {@code sequences} sequences of {@code length} tokens each. Tasks that need more than {@code length}
     * tokens are replaced by needles with single questions.
     *
     * @param length at least 64
     */
    public TrainingBatch next(int length, int sequences, TaskShare share) {
        if (length < NeedleTask.lengthMin(NeedleTask.Form.SINGLE) || sequences < 1) {
            throw new IllegalArgumentException("a batch of " + sequences + " sequences of " + length
                    + " tokens was asked for, must be at least 1 of at least 64");
        }
        List<Sequence> batch = new ArrayList<>(sequences);
        for (int i = 0; i < sequences; i++) {
            Draw draw = new Draw(Draw.seedOf(STREAM, seed, drawn++));
            Sequence sequence = new Sequence(length, draw);
            write(sequence, share, draw);
            batch.add(sequence);
        }
        return new TrainingBatch(batch);
    }

    private void write(Sequence sequence, TaskShare share, Draw draw) {
        int length = sequence.room();
        int task =
                draw.weighted(share.copying(), share.single(), share.multivalue(), share.multiquery(), share.tracing());
        boolean roomForMore = length >= NeedleTask.lengthMin(NeedleTask.Form.MULTIQUERY);
        if (task == 0) {
            copying.write(sequence, draw);
        } else if (task == 2 && roomForMore) {
            needles.write(sequence, NeedleTask.Form.MULTIVALUE, draw);
        } else if (task == 3 && roomForMore) {
            needles.write(sequence, NeedleTask.Form.MULTIQUERY, draw);
        } else if (task == 4 && length >= TraceTask.LENGTH_MIN) {
            tracing.write(sequence, draw);
        } else {
            needles.write(sequence, NeedleTask.Form.SINGLE, draw);
        }
    }
}
