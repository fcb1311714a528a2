package io.speckv.evals.training;

import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerSample;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;

/** RULER's variable tracking with its answer, as the evaluation asks it but drawn from other seeds. */
final class TraceTask {
    static final int LENGTH_MIN = 1024;

    /** RULER keeps 30 tokens free, five names can take a few more in a small vocabulary. */
    private static final int ANSWER_MARGIN = 16;

    private final Ruler ruler;
    private final TextEncoder encoder;
    private final int endToken;

    TraceTask(TextEncoder encoder, int endToken, WordList words) {
        this.encoder = encoder;
        this.endToken = endToken;
        this.ruler = new Ruler(text -> encoder.encode(text).length, words, HaystackText.generated(words, 0));
    }

    void write(Sequence sequence, Draw draw) {
        long seed = Draw.seedOf(draw.below(Integer.MAX_VALUE), draw.below(Integer.MAX_VALUE));
        RulerSample sample = ruler.samples(RulerTask.VT, sequence.room() - ANSWER_MARGIN, seed, 1)
                .get(0);
        int[] answer = encoder.encode(String.join(" ", sample.outputs()));
        int[] prompt = encoder.encode(sample.prompt());
        sequence.addBackground(prompt);
        if (sequence.room() > answer.length) {
            sequence.addAnswer(answer, endToken);
        }
        sequence.pad(endToken);
    }
}
