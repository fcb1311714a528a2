package io.speckv.evals.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.EvalProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImportanceStudyTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolve("models");
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
    private static final List<int[]> PROMPTS = List.of(
            new Random(1).ints(80, 0, 250).toArray(),
            new Random(2).ints(90, 0, 250).toArray());

    @Test
    void aModelPredictsItselfExactlyAndAnotherOneDoesNot() {
        try (DecoderModel target = DecoderModel.open(MODELS.resolve("llama-target"), FP32);
                DecoderModel draft = DecoderModel.open(MODELS.resolve("llama-draft"), FP32)) {
            List<ImportanceStudy.Cell> own = new ImportanceStudy(target, target, new ImportanceSettings(8, 16))
                    .run(PROMPTS, EvalProgress.silent());
            assertThat(own).hasSize(target.shape().layers() * target.shape().layers());
            for (ImportanceStudy.Cell cell : own) {
                if (cell.draftFrom() == cell.targetFrom()) {
                    assertThat(cell.pearson()).isCloseTo(1, within(1e-9));
                    assertThat(cell.spearman()).isCloseTo(1, within(1e-9));
                    assertThat(cell.overlap()).isEqualTo(1);
                }
            }
            List<ImportanceStudy.Cell> other = new ImportanceStudy(draft, target, new ImportanceSettings(8, 16))
                    .run(PROMPTS, EvalProgress.silent());
            assertThat(other).hasSize(draft.shape().layers() * target.shape().layers());
            assertThat(other).allMatch(cell -> cell.prompts() == 2 && cell.pearson() < 0.999);
            assertThatThrownBy(() -> new ImportanceStudy(draft, target, new ImportanceSettings(64, 32))
                            .run(PROMPTS, EvalProgress.silent()))
                    .hasMessageContaining("80 tokens");
        }
    }

    @Test
    void everyModelReadsEveryPromptOnceForEachOfItsLayers() {
        try (DecoderModel target = DecoderModel.open(MODELS.resolve("llama-target"), FP32);
                DecoderModel draft = DecoderModel.open(MODELS.resolve("llama-draft"), FP32)) {
            ImportanceStudy study = new ImportanceStudy(draft, target, new ImportanceSettings(8, 16));
            int layers = draft.shape().layers() + target.shape().layers();
            List<Integer> done = new ArrayList<>();
            List<Integer> prompts = new ArrayList<>();
            List<ImportanceStudy.Cell> cells = study.run(PROMPTS, (readings, all, now) -> {
                assertThat(all).isEqualTo(2 * layers);
                done.add(readings);
                prompts.add(study.soFar().stream()
                        .mapToInt(ImportanceStudy.Cell::prompts)
                        .max()
                        .orElse(0));
            });

            assertThat(done).hasSize(2 * layers + 1).endsWith(2 * layers).isSorted();
            assertThat(prompts).startsWith(0).endsWith(1).isSorted();
            assertThat(study.soFar()).isEqualTo(cells);
            for (ImportanceStudy.Cell cell : cells) {
                assertThat(cell).isEqualTo(study.run(PROMPTS, cell.draftFrom(), cell.targetFrom()));
                assertThat(cell.massRecall()).isGreaterThan(0).isLessThan(1);
            }
        }
    }
}
