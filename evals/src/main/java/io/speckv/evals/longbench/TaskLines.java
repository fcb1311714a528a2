package io.speckv.evals.longbench;

import io.speckv.evals.jsonl.JsonLine;
import java.util.List;

/**
 * Samples of a task of LongBench v1, or of LongBench-E, which has the same tasks with evenly spread lengths.
 *
 * @param byLength whether results are separate for each length of the context, as in LongBench-E
 */
record TaskLines(LongBenchTask task, boolean byLength) {
    private static final String OF_E = "_e";
    private static final int SHORT_WORDS = 4000;
    private static final int MIDDLE_WORDS = 8000;

    String name() {
        return task.taskName() + (byLength ? OF_E : "");
    }

    LongBenchSample sample(JsonLine line) {
        String input = line.text("input");
        String context = line.text("context");
        List<String> answers = line.texts("answers");
        List<String> classes = task.hasClasses() ? line.texts("all_classes") : List.of();
        try {
            answers.forEach(task::check);
        } catch (IllegalArgumentException e) {
            throw line.wrong(String.valueOf(e.getMessage()));
        }
        return new LongBenchSample(
                byLength ? name() + " " + bucket(line.wholeNumber("length")) : name(),
                task.prompt(context, input),
                task.usesChatTemplate(),
                task.maxNewTokens(),
                prediction -> task.score(prediction, answers, classes));
    }

    /** Source: {@code scorer_e} in {@code eval.py} of LongBench. */
    private static String bucket(int words) {
        if (words < SHORT_WORDS) {
            return "0-4k";
        }
        return words < MIDDLE_WORDS ? "4-8k" : "8k+";
    }
}
