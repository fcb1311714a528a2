package io.speckv.evals.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.EvalSample;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DegradedDraftTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolve("models");
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    @Test
    void moreNoiseMeansLessAgreementAndNoNoiseNone() throws IOException {
        Path folder = MODELS.resolve("llama-target");
        EvalSample sample = new EvalSample(
                "words",
                0,
                0,
                0,
                new EvalPrompt.Text("words:0", "one two three four five six seven eight nine ten ".repeat(4), false),
                4,
                answer -> answer.isEmpty() ? 0 : 1);
        List<Setting> settings = List.of(new Setting("specpc", 40));
        try (DecoderModel target = DecoderModel.open(folder, FP32);
                Tokenizer tokenizer = Tokenizer.open(folder)) {
            DegradedDraft experiment = new DegradedDraft(
                    target,
                    folder,
                    tokenizer,
                    FP32,
                    new ImportanceSettings(4, 8),
                    new MethodOverrides(Map.of("specpc.window_size", 8, "specpc.starting_layer_index", 0)));
            List<Double> agreement = IntStream.of(0, 1, 8)
                    .mapToObj(noise -> line(experiment, noise / 4.0, sample, settings))
                    .peek(line -> assertThat(line.accuracy()).containsOnlyKeys("specpc"))
                    .map(line -> line.correlation().spearman())
                    .toList();
            assertThat(agreement.get(0)).isEqualTo(1.0);
            assertThat(agreement.get(1)).isLessThan(1.0).isGreaterThan(agreement.get(2));
        }
    }

    @Test
    void leavesNoDraftBehindAtItsEndOrWhereTheProcessEndsBefore() throws IOException {
        Path folder = MODELS.resolve("llama-target");
        try (DecoderModel target = DecoderModel.open(folder, FP32);
                Tokenizer tokenizer = Tokenizer.open(folder)) {
            DegradedDraft experiment = new DegradedDraft(
                    target, folder, tokenizer, FP32, new ImportanceSettings(4, 8), new MethodOverrides(Map.of()));
            List<Path> used = new ArrayList<>();
            String text = "one two three four five six seven eight nine ten ".repeat(4);
            EvalSample sample =
                    new EvalSample("words", 0, 0, 0, new EvalPrompt.Text("words:0", text, false), 4, answer -> {
                        Path scratch = Objects.requireNonNull(experiment.scratch());
                        used.add(scratch);
                        assertThat(scratch.resolve("draft/model.safetensors")).exists();
                        if (used.size() == 2) {
                            experiment.clear();
                            assertThat(scratch).doesNotExist();
                        }
                        return 0;
                    });

            experiment.run(0.1, 1, List.of(sample), List.of(Setting.fullCache()));
            assertThat(used.get(0)).doesNotExist();
            experiment.run(0.1, 1, List.of(sample), List.of(Setting.fullCache()));
            assertThat(used.get(1)).doesNotExist();
            assertThat(experiment.scratch()).isNull();
            experiment.clear();
        }
    }

    private static DegradedDraft.Line line(
            DegradedDraft experiment, double noise, EvalSample sample, List<Setting> settings) {
        try {
            return experiment.run(noise, 1, List.of(sample), settings);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
