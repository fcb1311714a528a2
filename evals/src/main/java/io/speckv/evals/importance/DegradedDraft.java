package io.speckv.evals.importance;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.CascadeGenerator;
import io.speckv.evals.EvalSample;
import io.speckv.evals.Generator;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.report.ImportancePage;
import io.speckv.evals.stats.Interval;
import io.speckv.selection.align.TokenBridge;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures answers with a draft that is made worse on purpose. Noise on the draft's weights increases the error of its
 * importances against the target's. Section 4 of arXiv 2506.08373 bounds the error of importances by the error of the draft.
 */
public final class DegradedDraft {
    private final DecoderModel target;
    private final Path draft;
    private final Tokenizer tokenizer;
    private final ModelOptions options;
    private final ImportanceSettings compared;
    private final MethodOverrides methods;
    private volatile @Nullable Path scratch;

    /**
     * One strength of the noise.
     *
     * @param noise in standard deviations of each matrix
     * @param correlation of draft and target over all their layers
     * @param accuracy by method
     */
    public record Line(double noise, ImportanceStudy.Cell correlation, Map<String, ImportancePage.Accuracy> accuracy) {
        /** Returns the values of this line that a chart shows. */
        public ImportancePage.Line charted() {
            return new ImportancePage.Line(noise, correlation.spearman(), accuracy);
        }
    }

    /**
     * Creates an experiment.
     *
     * @param target open; the caller still closes it
     * @param draft folder of the draft, which shares the target's tokenizer
     * @param options with which the drafts are opened
     */
    public DegradedDraft(
            DecoderModel target,
            Path draft,
            Tokenizer tokenizer,
            ModelOptions options,
            ImportanceSettings compared,
            MethodOverrides methods) {
        this.target = target;
        this.draft = draft;
        this.tokenizer = tokenizer;
        this.options = options;
        this.compared = compared;
        this.methods = methods;
    }

    /** Answers the samples with every setting, with a draft that has this much noise. */
    public Line run(double noise, long seed, List<EvalSample> samples, List<Setting> settings) throws IOException {
        Path folder = Files.createTempDirectory("speckv-noisy-draft");
        scratch = folder;
        try {
            NoisyCheckpoint.write(draft, folder.resolve("draft"), noise, seed);
            try (DecoderModel noisy = DecoderModel.open(folder.resolve("draft"), options)) {
                List<int[]> prompts = samples.stream()
                        .map(sample -> PromptTokenizer.plain(tokenizer).of(sample.prompt()))
                        .toList();
                ImportanceStudy study = new ImportanceStudy(noisy, target, compared);
                return new Line(noise, study.run(prompts, 0, 0), accuracy(noisy, samples, settings));
            }
        } finally {
            scratch = null;
            delete(folder);
        }
    }

    /** Returns the folder of the draft with noise; null while there is none. */
    @Nullable
    Path scratch() {
        return scratch;
    }

    /**
     * Deletes the draft with noise of a run that will not come to its end, because the process ends. The run then fails. Any
     * thread may call this.
     */
    public void clear() {
        Path folder = scratch;
        if (folder != null) {
            try {
                delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + folder, e);
            }
        }
    }

    private Map<String, ImportancePage.Accuracy> accuracy(
            DecoderModel noisy, List<EvalSample> samples, List<Setting> settings) {
        CascadeGenerator generator = new CascadeGenerator(
                target, noisy, PromptTokenizer.plain(tokenizer), TokenBridge::shared, null, methods);
        double[][] scores = new double[settings.size()][samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            EvalSample sample = samples.get(i);
            List<Generator.Generated> answers =
                    generator.generate(new Generator.Request(settings, sample.prompt(), sample.maxNewTokens()));
            for (int j = 0; j < scores.length; j++) {
                scores[j][i] = sample.score().applyAsDouble(answers.get(j).text());
            }
        }
        Map<String, ImportancePage.Accuracy> accuracy = new LinkedHashMap<>();
        for (int j = 0; j < scores.length; j++) {
            double mean = Arrays.stream(scores[j]).average().orElse(0);
            accuracy.put(settings.get(j).method(), new ImportancePage.Accuracy(mean, Interval.ofScores(scores[j])));
        }
        return accuracy;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(all::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
