package io.speckv.evals;

import io.speckv.evals.Generator.Generated;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.stats.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Answers every sample with every setting, skipping what its journal has already.
 *
 * <p>Samples run one after the other: each sample is answered by all settings before the next, so that a run that is
 * stopped early compares methods on the same samples.
 */
public final class EvalRun {
    private final Generator generator;
    private final Journal journal;
    private final Progress progress;

    private record CellKey(String task, int length, Setting setting) {}

    /**
     * Creates a run.
     *
     * @param journal file that finished samples are added to; an existing one is resumed. One file belongs to one pair
     */
    public EvalRun(Generator generator, Path journal, Progress progress) {
        this.generator = generator;
        this.journal = new Journal(journal);
        this.progress = progress;
    }

    /**
     * Returns one cell for each task, length and setting, in the order of {@code samples} and {@code settings}.
     *
     * @throws IOException if the journal cannot be used or the generator fails; what was finished is kept
     */
    public List<EvalCell> run(List<Setting> settings, List<EvalSample> samples) throws IOException {
        Map<FinishedSample.Key, FinishedSample> finished = new HashMap<>();
        journal.read().forEach(sample -> finished.put(sample.key(), sample));
        Map<CellKey, List<FinishedSample>> cells = new LinkedHashMap<>();
        int total = settings.size() * samples.size();
        int done = 0;
        for (EvalSample sample : samples) {
            for (Setting setting : settings) {
                progress.report(done, total, setting.method() + " " + sample.task());
                FinishedSample result = finished.get(FinishedSample.Key.of(setting, sample));
                if (result == null) {
                    result = answer(setting, sample);
                    journal.add(result);
                }
                cells.computeIfAbsent(new CellKey(sample.task(), sample.length(), setting), unused -> new ArrayList<>())
                        .add(result);
                done++;
            }
        }
        progress.report(done, total, "done");
        List<EvalCell> results = new ArrayList<>();
        cells.forEach((key, of) -> results.add(cell(key, of)));
        return results;
    }

    private FinishedSample answer(Setting setting, EvalSample sample) throws IOException {
        Generated generated = generator.generate(
                new Generator.Request(setting, sample.prompt(), sample.chat(), sample.maxNewTokens()));
        return new FinishedSample(
                setting,
                sample.task(),
                sample.length(),
                sample.index(),
                sample.seed(),
                sample.checksum(),
                sample.score().applyAsDouble(generated.text()),
                generated);
    }

    private static EvalCell cell(CellKey key, List<FinishedSample> samples) {
        double[] scores = samples.stream().mapToDouble(FinishedSample::score).toArray();
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
                Math.round(median(samples, Generated::kvBytes)));
    }

    private static double median(List<FinishedSample> samples, ToDoubleFunction<Generated> value) {
        double[] values = samples.stream()
                .map(FinishedSample::generated)
                .mapToDouble(value)
                .sorted()
                .toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
