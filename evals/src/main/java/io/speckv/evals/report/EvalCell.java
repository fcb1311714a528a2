package io.speckv.evals.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.speckv.evals.stats.Interval;
import org.jspecify.annotations.Nullable;

/**
 * The result of one method on one task.
 *
 * @param method name of the method
 * @param task name of the task
 * @param length intended length of the prompts in tokens, 0 if the benchmark has none
 * @param budget tokens or KV entries kept, 0 for the whole cache
 * @param samples prompts answered, at least 1
 * @param accuracy mean score, 0 to 1
 * @param interval 95% confidence interval of the accuracy
 * @param firstTokenMillis median time to the first token
 * @param totalMillis median time to the last token
 * @param kvBytes median bytes of the target's KV cache when decoding began
 * @param obedience how many answers have the requested form; null if no form is requested
 */
public record EvalCell(
        String method,
        String task,
        int length,
        int budget,
        int samples,
        double accuracy,
        Interval interval,
        double firstTokenMillis,
        double totalMillis,
        long kvBytes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Obedience obedience) {
    public EvalCell {
        if (samples < 1 || !(accuracy >= 0 && accuracy <= 1)) {
            throw new IllegalArgumentException(method + " on " + task + ": accuracy is " + accuracy + " over " + samples
                    + " samples, must be 0 to 1 over at least 1");
        }
    }

    /** Returns this result with another method name. */
    public EvalCell withMethod(String name) {
        return new EvalCell(
                name,
                task,
                length,
                budget,
                samples,
                accuracy,
                interval,
                firstTokenMillis,
                totalMillis,
                kvBytes,
                obedience);
    }
}
