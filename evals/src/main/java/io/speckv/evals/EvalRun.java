package io.speckv.evals;

import io.speckv.evals.Generator.Generated;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.report.Obedience;
import io.speckv.evals.stats.Interval;
import io.speckv.evals.stats.Median;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers every sample with every setting, except those already in its journal.
 *
 * <p>Samples begin in order, a few at a time, each with all its settings, so that a run that is stopped early compares methods
 * on the same samples. The result does not depend on how many run at a time.
 */
public final class EvalRun {
    private final Generator generator;
    private final Journal<FinishedSample> journal;
    private final EvalJobs jobs;

    private record CellKey(String task, int length, Setting setting) {}

    /** An answer with its current score: the sample's references may have changed since the answer was stored. */
    private record Scored(double score, @Nullable Double obedience, Generated generated) {}

    /**
     * Creates a run.
     *
     * @param journal file that finished samples are added to; an existing one is resumed. A file belongs to one pair
     * @param threads samples answered at a time, at least 1
     */
    public EvalRun(Generator generator, Path journal, EvalProgress progress, int threads) {
        this.generator = generator;
        this.journal = new Journal<>(journal, FinishedSample.class);
        this.jobs = new EvalJobs(progress, threads);
    }

    /**
     * Returns one cell for each task, length and setting, in the order of {@code samples} and {@code settings}.
     *
     * @throws IOException if the journal cannot be used or the generator fails; finished samples are kept
     */
    public List<EvalCell> run(List<Setting> settings, List<EvalSample> samples) throws IOException {
        Map<FinishedSample.Key, FinishedSample> finished = finished();
        List<EvalJobs.Job> missing = new ArrayList<>();
        for (EvalSample sample : samples) {
            List<Setting> unanswered = settings.stream()
                    .filter(setting -> !finished.containsKey(FinishedSample.Key.of(setting, sample)))
                    .toList();
            for (List<Setting> together : requests(unanswered)) {
                missing.add(new EvalJobs.Job(together.size(), place(sample), () -> {
                    for (FinishedSample result : answer(together, sample)) {
                        journal.add(result);
                        finished.put(result.key(), result);
                    }
                }));
            }
        }
        jobs.run(missing, settings.size() * samples.size());
        return cells(settings, samples, finished);
    }

    /**
     * Returns the cells of the samples that every setting has answered so far; none if there is no such sample. Any thread may
     * call this while {@link #run} runs.
     *
     * @throws IOException if the journal cannot be read
     */
    public List<EvalCell> soFar(List<Setting> settings, List<EvalSample> samples) throws IOException {
        Map<FinishedSample.Key, FinishedSample> finished = finished();
        List<EvalSample> answered = samples.stream()
                .filter(sample -> settings.stream()
                        .allMatch(setting -> finished.containsKey(FinishedSample.Key.of(setting, sample))))
                .toList();
        return cells(settings, answered, finished);
    }

    private Map<FinishedSample.Key, FinishedSample> finished() throws IOException {
        Map<FinishedSample.Key, FinishedSample> finished = new ConcurrentHashMap<>();
        journal.read().forEach(sample -> finished.put(sample.key(), sample));
        return finished;
    }

    private static String place(EvalSample sample) {
        return sample.task() + (sample.length() == 0 ? "" : " " + sample.length());
    }

    /** Returns the settings in groups, each for one request. Finished settings stay if a later one fails. */
    private List<List<Setting>> requests(List<Setting> missing) {
        if (missing.isEmpty() || generator.sharesWork()) {
            return missing.isEmpty() ? List.of() : List.of(missing);
        }
        return missing.stream().map(List::of).toList();
    }

    private List<FinishedSample> answer(List<Setting> settings, EvalSample sample) throws IOException {
        List<Generated> answers =
                generator.generate(new Generator.Request(settings, sample.prompt(), sample.maxNewTokens()));
        List<FinishedSample> results = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Generated generated = answers.get(i);
            results.add(new FinishedSample(
                    settings.get(i),
                    sample.task(),
                    sample.length(),
                    sample.index(),
                    sample.seed(),
                    sample.checksum(),
                    sample.score().applyAsDouble(generated.text()),
                    sample.obedienceOf(generated.text()),
                    generated));
        }
        return results;
    }

    private static List<EvalCell> cells(
            List<Setting> settings, List<EvalSample> samples, Map<FinishedSample.Key, FinishedSample> finished) {
        Map<CellKey, List<Scored>> cells = new LinkedHashMap<>();
        for (EvalSample sample : samples) {
            for (Setting setting : settings) {
                FinishedSample result = finished.get(FinishedSample.Key.of(setting, sample));
                if (result == null) {
                    throw new IllegalStateException(sample.task() + " " + sample.index() + " was not answered by "
                            + setting.method() + ": the generator gave fewer answers than settings");
                }
                Generated generated = result.generated();
                cells.computeIfAbsent(new CellKey(sample.task(), sample.length(), setting), unused -> new ArrayList<>())
                        .add(new Scored(
                                sample.score().applyAsDouble(generated.text()),
                                sample.obedienceOf(generated.text()),
                                generated));
            }
        }
        List<EvalCell> results = new ArrayList<>();
        cells.forEach((key, of) -> results.add(cell(key, of)));
        return results;
    }

    private static EvalCell cell(CellKey key, List<Scored> samples) {
        double[] scores = samples.stream().mapToDouble(Scored::score).toArray();
        return new EvalCell(
                key.setting().method(),
                key.task(),
                key.length(),
                key.setting().budget(),
                samples.size(),
                Arrays.stream(scores).average().orElseThrow(),
                Interval.ofScores(scores),
                median(samples, Generated::firstTokenMillis),
                median(samples, Generated::totalMillis),
                Math.round(median(samples, Generated::kvBytes)),
                obedience(samples));
    }

    private static @Nullable Obedience obedience(List<Scored> samples) {
        double[] scores = samples.stream()
                .map(Scored::obedience)
                .flatMap(Stream::ofNullable)
                .mapToDouble(Double::doubleValue)
                .toArray();
        return scores.length == 0
                ? null
                : new Obedience(Arrays.stream(scores).average().orElseThrow(), Interval.ofScores(scores));
    }

    private static double median(List<Scored> samples, ToDoubleFunction<Generated> value) {
        return Median.of(
                samples.stream().map(Scored::generated).mapToDouble(value).toArray());
    }
}
