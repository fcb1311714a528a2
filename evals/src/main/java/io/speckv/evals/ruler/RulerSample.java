package io.speckv.evals.ruler;

import java.util.List;

/**
 * One prompt of a task with what its answer must contain.
 *
 * @param task which task
 * @param index place among the samples of this task and length, from 0
 * @param length tokens that prompt and answer together may take
 * @param tokens of the prompt plus those reserved for the answer
 * @param seed seed it was drawn from, 0 if it was read from a file that names none
 * @param haystack kind of the haystack, as reports name it
 * @param input the prompt up to the answer
 * @param outputs references, at least one
 * @param answerPrefix given beginning of the answer, part of the prompt; may be empty
 * @param maxNewTokens tokens to generate
 */
public record RulerSample(
        RulerTask task,
        int index,
        int length,
        int tokens,
        long seed,
        String haystack,
        String input,
        List<String> outputs,
        String answerPrefix,
        int maxNewTokens) {
    public RulerSample {
        outputs = List.copyOf(outputs);
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException(task + " sample " + index + " has no outputs, needs at least one");
        }
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException(
                    task + " sample " + index + ": maxNewTokens is " + maxNewTokens + ", must be at least 1");
        }
    }

    /** Returns the text that the model reads. */
    public String prompt() {
        return input + answerPrefix;
    }

    /** Returns the score of what the model wrote after the prompt, 0 to 1. */
    public double score(String prediction) {
        return task.score(prediction, outputs);
    }
}
