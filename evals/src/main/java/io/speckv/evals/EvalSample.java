package io.speckv.evals;

import io.speckv.evals.longbench.LongBenchSample;
import io.speckv.evals.longbench.MiddleCut;
import io.speckv.evals.ruler.RulerSample;
import java.nio.charset.StandardCharsets;
import java.util.function.ToDoubleFunction;
import java.util.zip.CRC32;

/**
 * One prompt of any benchmark.
 *
 * @param task name of the task
 * @param length length that the prompt was made for in tokens, 0 where the benchmark has none
 * @param index place among the samples of its task and length
 * @param seed seed it was drawn from, 0 if it was read
 * @param prompt what the model reads
 * @param chat whether the prompt is put into the model's chat template
 * @param maxNewTokens tokens to generate at most
 * @param score score of an answer, 0 to 1
 */
public record EvalSample(
        String task,
        int length,
        int index,
        long seed,
        String prompt,
        boolean chat,
        int maxNewTokens,
        ToDoubleFunction<String> score) {

    /** Returns a RULER sample as plain text, the form for base models. */
    public static EvalSample of(RulerSample sample) {
        return new EvalSample(
                sample.task().taskName(),
                sample.length(),
                sample.index(),
                sample.seed(),
                sample.prompt(),
                false,
                sample.maxNewTokens(),
                sample::score);
    }

    /** Returns a LongBench sample, cut in the middle where it is too long. */
    public static EvalSample of(LongBenchSample sample, int index, MiddleCut truncation) {
        return new EvalSample(
                sample.task().taskName(),
                0,
                index,
                0,
                truncation.apply(sample.prompt()),
                sample.task().usesChatTemplate(),
                sample.task().maxNewTokens(),
                sample::score);
    }

    /** Returns a checksum of the prompt, so that a changed prompt counts as another sample. */
    long checksum() {
        CRC32 checksum = new CRC32();
        checksum.update(prompt.getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }
}
