package io.speckv.evals;

import io.speckv.evals.longbench.LongBenchSample;
import io.speckv.evals.longbench.MiddleCut;
import io.speckv.evals.ruler.ChatSample;
import io.speckv.evals.ruler.RulerSample;
import java.nio.charset.StandardCharsets;
import java.util.function.ToDoubleFunction;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One prompt of any benchmark.
 *
 * @param task name of the task
 * @param length intended length of the prompt in tokens, 0 if the benchmark has none
 * @param index place among the samples of its task and length
 * @param seed seed it was drawn from, 0 if it was read
 * @param prompt that the model reads
 * @param maxNewTokens tokens to generate at most
 * @param score score of an answer, 0 to 1
 * @param obedience 1 for an answer in the form that the prompt asks for, else 0; null if it asks for none
 */
public record EvalSample(
        String task,
        int length,
        int index,
        long seed,
        EvalPrompt prompt,
        int maxNewTokens,
        ToDoubleFunction<String> score,
        @Nullable ToDoubleFunction<String> obedience) {

    /** A sample whose prompt asks for no form. */
    public EvalSample(
            String task,
            int length,
            int index,
            long seed,
            EvalPrompt prompt,
            int maxNewTokens,
            ToDoubleFunction<String> score) {
        this(task, length, index, seed, prompt, maxNewTokens, score, null);
    }

    /** Returns a RULER sample as plain text, the form for base models. */
    public static EvalSample of(RulerSample sample) {
        return new EvalSample(
                sample.task().taskName(),
                sample.length(),
                sample.index(),
                sample.seed(),
                text(sample.task().taskName(), sample.index(), sample.prompt(), false),
                sample.maxNewTokens(),
                sample::score);
    }

    /** Returns a LongBench sample, cut in the middle if it is too long. */
    public static EvalSample of(LongBenchSample sample, int index, MiddleCut truncation) {
        return new EvalSample(
                sample.set(),
                0,
                index,
                0,
                text(sample.set(), index, truncation.apply(sample.prompt()), sample.usesChatTemplate()),
                sample.maxNewTokens(),
                sample.score());
    }

    /** Returns this sample with another prompt. */
    public EvalSample withPrompt(EvalPrompt other) {
        return new EvalSample(task, length, index, seed, other, maxNewTokens, score, obedience);
    }

    /** Returns a sample of needles in chats. */
    public static EvalSample of(ChatSample sample) {
        return new EvalSample(
                sample.task().taskName(),
                sample.length(),
                sample.index(),
                sample.seed(),
                new EvalPrompt.Chat(
                        sample.task().taskName() + ":" + sample.index(), sample.messages(), sample.continuesLast()),
                sample.maxNewTokens(),
                sample.score(),
                sample.obedience());
    }

    /** Returns 1 for an answer in the requested form, else 0; null if no form is requested. */
    @Nullable
    Double obedienceOf(String answer) {
        return obedience == null ? null : Double.valueOf(obedience.applyAsDouble(answer));
    }

    private static EvalPrompt text(String task, int index, String text, boolean chat) {
        return new EvalPrompt.Text(task + ":" + index, text, chat);
    }

    /** Returns whether the prompt is put into the target's chat template, if there is one. */
    public boolean isChat() {
        return prompt instanceof EvalPrompt.Chat || ((EvalPrompt.Text) prompt).chat();
    }

    /** Returns a checksum of the prompt, so that a changed prompt counts as another sample. */
    long checksum() {
        CRC32 checksum = new CRC32();
        checksum.update(prompt.wholeText().getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }
}
