package io.speckv.evals.fidelity;

import io.speckv.evals.EvalJobs;
import io.speckv.evals.EvalProgress;
import io.speckv.evals.Journal;
import io.speckv.evals.Setting;
import io.speckv.evals.report.FidelityCell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compares every prompt's answer with the full cache's under every setting, except what its journal already has. Prompts begin
 * in order, each with all its settings, so that a run that is stopped early compares settings on the same prompts.
 */
public final class FidelityRun {
    private final AnswerMeter meter;
    private final Journal<MeasuredAnswer> journal;
    private final EvalJobs jobs;
    private final int maxNewTokens;
    private final int logprobs;

    /**
     * Creates a run.
     *
     * @param journal file that finished measurements are added to; an existing one is resumed. A file belongs to one pair
     * @param threads prompts measured at the same time, at least 1
     * @param maxNewTokens of an answer, at least 1
     * @param logprobs number of likeliest tokens that the meter's services report at each place; 0 for none, and for a pair in
     *     this process
     */
    public FidelityRun(
            AnswerMeter meter, Path journal, EvalProgress progress, int threads, int maxNewTokens, int logprobs) {
        this.meter = meter;
        this.journal = new Journal<>(journal, MeasuredAnswer.class);
        this.jobs = new EvalJobs(progress, threads);
        this.maxNewTokens = maxNewTokens;
        this.logprobs = logprobs;
    }

    /**
     * Returns one cell for each group of lengths and setting, lengths ascending, settings in their order.
     *
     * @throws IOException if the journal cannot be used or the meter fails; finished measurements are kept
     */
    public List<FidelityCell> run(List<Setting> settings, List<FidelityPrompt> prompts) throws IOException {
        Map<MeasuredAnswer.Key, MeasuredAnswer> finished = finished();
        List<EvalJobs.Job> missing = new ArrayList<>();
        for (FidelityPrompt prompt : prompts) {
            List<Setting> unmeasured = settings.stream()
                    .filter(setting -> !finished.containsKey(key(setting, prompt)))
                    .toList();
            if (!unmeasured.isEmpty()) {
                missing.add(new EvalJobs.Job(unmeasured.size(), prompt.name(), () -> measure(prompt, unmeasured)));
            }
        }
        jobs.run(missing, settings.size() * prompts.size());
        return soFar(settings, prompts);
    }

    private void measure(FidelityPrompt prompt, List<Setting> settings) throws IOException {
        Iterator<AnswerMeter.Measured> measured =
                meter.measure(prompt.ids(), settings, maxNewTokens).iterator();
        for (Setting setting : settings) {
            journal.add(new MeasuredAnswer(
                    setting,
                    prompt.name(),
                    prompt.checksum(),
                    prompt.ids().length,
                    maxNewTokens,
                    logprobs,
                    measured.next()));
        }
    }

    /**
     * Returns the cells of the prompts that are measured under every setting so far; none if there is no such prompt. Any
     * thread may call this while {@link #run} runs.
     *
     * @throws IOException if the journal cannot be read
     */
    public List<FidelityCell> soFar(List<Setting> settings, List<FidelityPrompt> prompts) throws IOException {
        Map<MeasuredAnswer.Key, MeasuredAnswer> finished = finished();
        Map<Integer, List<FidelityPrompt>> byLength = new TreeMap<>();
        for (FidelityPrompt prompt : prompts) {
            if (settings.stream().allMatch(setting -> finished.containsKey(key(setting, prompt)))) {
                byLength.computeIfAbsent(lengthGroup(prompt.ids().length), unused -> new ArrayList<>())
                        .add(prompt);
            }
        }
        List<FidelityCell> cells = new ArrayList<>();
        byLength.forEach((length, group) -> settings.forEach(setting -> cells.add(CellOfPrompts.of(
                setting,
                length,
                group.stream()
                        .map(prompt -> Objects.requireNonNull(finished.get(key(setting, prompt))))
                        .toList(),
                logprobs > 0))));
        return cells;
    }

    /** Returns the power of two that a length is above, at most twice as long: what is cut to 2048 is one of "1k to 2k". */
    private static int lengthGroup(int tokens) {
        return Integer.highestOneBit(Math.max(1, tokens - 1));
    }

    private MeasuredAnswer.Key key(Setting setting, FidelityPrompt prompt) {
        return MeasuredAnswer.Key.of(setting, prompt, maxNewTokens, logprobs);
    }

    private Map<MeasuredAnswer.Key, MeasuredAnswer> finished() throws IOException {
        Map<MeasuredAnswer.Key, MeasuredAnswer> finished = new ConcurrentHashMap<>();
        journal.read().forEach(measured -> finished.put(measured.key(), measured));
        return finished;
    }
}
