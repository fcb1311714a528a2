package io.speckv.evals.longbench;

import java.util.function.ToDoubleFunction;

/**
 * One sample of a file that {@link LongBenchFolder} reads.
 *
 * @param set name of its group in results: the file's name, followed by the samples' subgroup if there are several
 *     ({@code hotpotqa_e 4-8k})
 * @param prompt before truncation
 * @param usesChatTemplate whether the prompt is put into the model's chat template
 * @param maxNewTokens tokens to generate
 * @param score score of what the model wrote, 0 to 1
 */
public record LongBenchSample(
        String set, String prompt, boolean usesChatTemplate, int maxNewTokens, ToDoubleFunction<String> score) {}
