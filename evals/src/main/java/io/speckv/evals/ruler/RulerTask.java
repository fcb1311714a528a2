package io.speckv.evals.ruler;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tasks of RULER that can be generated here or read from its files, with their limits and scores. */
public enum RulerTask {
    NIAH_SINGLE_1(128, 128, Scoring.ALL, true),
    NIAH_SINGLE_2(128, 128, Scoring.ALL, true),
    NIAH_SINGLE_3(128, 128, Scoring.ALL, true),
    NIAH_MULTIKEY_1(128, 128, Scoring.ALL, true),
    NIAH_MULTIKEY_2(128, 128, Scoring.ALL, true),
    NIAH_MULTIKEY_3(128, 128, Scoring.ALL, true),
    NIAH_MULTIVALUE(128, 128, Scoring.ALL, true),
    NIAH_MULTIQUERY(128, 128, Scoring.ALL, true),
    VT(30, 64, Scoring.ALL, true),
    CWE(120, 120, Scoring.ALL, true),
    FWE(50, 64, Scoring.ALL, true),
    QA_1(32, 64, Scoring.PART, false),
    QA_2(32, 64, Scoring.PART, false);

    private enum Scoring {
        ALL,
        PART
    }

    private final int answerTokens;
    private final int maxNewTokens;
    private final Scoring scoring;
    private final boolean generable;

    RulerTask(int answerTokens, int maxNewTokens, Scoring scoring, boolean generable) {
        this.answerTokens = answerTokens;
        this.maxNewTokens = maxNewTokens;
        this.scoring = scoring;
        this.generable = generable;
    }

    /** Returns the task that RULER calls {@code name}, such as {@code niah_multikey_1}. */
    public static RulerTask of(String name) {
        return Arrays.stream(values())
                .filter(task -> task.taskName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("RULER has no task '" + name + "', it has "
                        + Arrays.stream(values()).map(RulerTask::taskName).collect(Collectors.joining(", "))));
    }

    /** Returns the tasks that need no outside data. */
    public static List<RulerTask> generable() {
        return Arrays.stream(values()).filter(task -> task.generable).toList();
    }

    /** Returns the name in RULER's files. */
    public String taskName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the tokens that RULER itself reserves for the answer. */
    int answerTokens() {
        return answerTokens;
    }

    /**
     * Returns the tokens that are reserved for the answer when a prompt is sized: at least as many as are generated, so that
     * prompt and answer stay within their length.
     */
    public int reservedTokens() {
        return Math.max(answerTokens, maxNewTokens);
    }

    /**
     * Returns the tokens to generate: those reserved for the answer, but at least 64, as in the paper's reference
     * implementation. Small vocabularies need this: five variable names do not fit into 30 of their tokens.
     */
    public int maxNewTokens() {
        return maxNewTokens;
    }

    /** Returns the score of {@code prediction} by this task's rule, 0 to 1. */
    public double score(String prediction, List<String> references) {
        return scoring == Scoring.ALL
                ? RulerScore.matchAll(prediction, references)
                : RulerScore.matchPart(prediction, references);
    }

    @Override
    public String toString() {
        return taskName();
    }
}
