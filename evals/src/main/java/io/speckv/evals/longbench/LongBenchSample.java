package io.speckv.evals.longbench;

import java.util.List;

/**
 * One line of a LongBench file.
 *
 * @param id what LongBench calls it
 * @param input the question or the end of the code; may be empty
 * @param context the long text
 * @param answers references, at least one
 * @param classes names of all classes of a classification task, else empty
 */
public record LongBenchSample(
        LongBenchTask task, String id, String input, String context, List<String> answers, List<String> classes) {
    public LongBenchSample {
        answers = List.copyOf(answers);
        classes = List.copyOf(classes);
        if (answers.isEmpty()) {
            throw new IllegalArgumentException(task + " sample " + id + " has no answers, needs at least one");
        }
        answers.forEach(task::check);
    }

    /** Returns the prompt before truncation. */
    public String prompt() {
        return task.prompt(context, input);
    }

    /** Returns the score of what the model wrote, 0 to 1. */
    public double score(String prediction) {
        return task.score(prediction, answers, classes);
    }
}
