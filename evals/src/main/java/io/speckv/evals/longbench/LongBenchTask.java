package io.speckv.evals.longbench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The English tasks of LongBench v1 with prompt, answer length and metric. */
public enum LongBenchTask {
    NARRATIVEQA(Category.SINGLE_QA, LongBenchMetric.TOKEN_F1, 128, LongBenchPrompts.NARRATIVEQA),
    QASPER(Category.SINGLE_QA, LongBenchMetric.TOKEN_F1, 128, LongBenchPrompts.QASPER),
    MULTIFIELDQA_EN(Category.SINGLE_QA, LongBenchMetric.TOKEN_F1, 64, LongBenchPrompts.MULTIFIELDQA),
    HOTPOTQA(Category.MULTI_QA, LongBenchMetric.TOKEN_F1, 32, LongBenchPrompts.PASSAGES),
    TWO_WIKI_MQA(Category.MULTI_QA, LongBenchMetric.TOKEN_F1, 32, LongBenchPrompts.PASSAGES),
    MUSIQUE(Category.MULTI_QA, LongBenchMetric.TOKEN_F1, 32, LongBenchPrompts.PASSAGES),
    GOV_REPORT(Category.SUMMARY, LongBenchMetric.ROUGE_L, 512, LongBenchPrompts.GOV_REPORT),
    QMSUM(Category.SUMMARY, LongBenchMetric.ROUGE_L, 512, LongBenchPrompts.QMSUM),
    MULTI_NEWS(Category.SUMMARY, LongBenchMetric.ROUGE_L, 512, LongBenchPrompts.MULTI_NEWS),
    TREC(Category.FEW_SHOT, LongBenchMetric.CLASSIFICATION, 64, LongBenchPrompts.TREC),
    TRIVIAQA(Category.FEW_SHOT, LongBenchMetric.TOKEN_F1, 32, LongBenchPrompts.TRIVIAQA),
    SAMSUM(Category.FEW_SHOT, LongBenchMetric.ROUGE_L, 128, LongBenchPrompts.SAMSUM),
    PASSAGE_COUNT(Category.SYNTHETIC, LongBenchMetric.COUNT, 32, LongBenchPrompts.PASSAGE_COUNT),
    PASSAGE_RETRIEVAL_EN(Category.SYNTHETIC, LongBenchMetric.RETRIEVAL, 32, LongBenchPrompts.PASSAGE_RETRIEVAL),
    LCC(Category.CODE, LongBenchMetric.CODE_SIMILARITY, 64, LongBenchPrompts.LCC),
    REPOBENCH_P(Category.CODE, LongBenchMetric.CODE_SIMILARITY, 64, LongBenchPrompts.REPOBENCH);

    /** Groups of tasks that are asked and scored alike. */
    private enum Category {
        SINGLE_QA,
        MULTI_QA,
        SUMMARY,
        FEW_SHOT,
        SYNTHETIC,
        CODE
    }

    private static final Pattern PLACE = Pattern.compile("\\{(input|context)\\}");

    private final Category category;
    private final LongBenchMetric metric;
    private final int maxNewTokens;
    private final String prompt;

    LongBenchTask(Category category, LongBenchMetric metric, int maxNewTokens, String prompt) {
        this.category = category;
        this.metric = metric;
        this.maxNewTokens = maxNewTokens;
        this.prompt = prompt;
    }

    /** Returns the task that LongBench calls {@code name}, such as {@code repobench-p}. */
    public static LongBenchTask of(String name) {
        return Arrays.stream(values())
                .filter(task -> task.taskName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("LongBench has no English task '" + name
                        + "', it has "
                        + Arrays.stream(values()).map(LongBenchTask::taskName).collect(Collectors.joining(", "))));
    }

    /** Returns the name in LongBench's files. */
    public String taskName() {
        return switch (this) {
            case TWO_WIKI_MQA -> "2wikimqa";
            case REPOBENCH_P -> "repobench-p";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }

    /** Returns the tokens to generate. */
    public int maxNewTokens() {
        return maxNewTokens;
    }

    /** Returns whether the prompt is put into the model's chat template; few-shot and code prompts are completed as is. */
    public boolean usesChatTemplate() {
        return category != Category.FEW_SHOT && category != Category.CODE;
    }

    /** Returns whether samples list all classes that an answer can belong to. */
    boolean hasClasses() {
        return metric == LongBenchMetric.CLASSIFICATION;
    }

    /**
     * Returns normally if answers can be scored against {@code reference}.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    void check(String reference) {
        metric.check(reference);
    }

    /** Returns the prompt of a sample. */
    public String prompt(String context, String input) {
        // Both at once, as either may contain the other's placeholder.
        return PLACE.matcher(prompt)
                .replaceAll(place -> Matcher.quoteReplacement(place.group().equals("{input}") ? input : context));
    }

    /** Returns the best score of {@code prediction} over {@code references}, 0 to 1. */
    public double score(String prediction, List<String> references, List<String> classes) {
        String counted = category == Category.FEW_SHOT ? firstLine(prediction) : prediction;
        return references.stream()
                .mapToDouble(reference -> metric.score(counted, reference, classes))
                .max()
                .orElseThrow(() -> new IllegalArgumentException(this + ": a sample needs at least one reference"));
    }

    @Override
    public String toString() {
        return taskName();
    }

    private static String firstLine(String prediction) {
        int start = 0;
        while (start < prediction.length() && prediction.charAt(start) == '\n') {
            start++;
        }
        int end = prediction.indexOf('\n', start);
        return prediction.substring(start, end < 0 ? prediction.length() : end);
    }
}
