package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.training.torch.Divergence;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.TrainingState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
    private static final String NAME = "model.layers.0.mlp.up_proj.weight";

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final TrainingSettings settings = InitialWeightsTest.settings(2);
    private TaskText text;
    private RunFolder folder;
    private ModelShape shape;

    @BeforeEach
    void open() throws IOException {
        folder = new RunFolder(temporary);
        text = TaskText.in(temporary);
        shape = settings.shape(text.vocabulary());
    }

    @AfterEach
    void close() {
        text.close();
    }

    @Test
    void aResumedRunEqualsOneThatWasNotStopped() throws IOException {
        float[] uninterrupted;
        try (TrainingGraph graph = graph(fresh())) {
            TrainingLoop loop = loop(graph, TrainingProgress.beginning(0), Optional.empty());
            steps(loop, 3);
            loop.save();
            steps(loop, 3);
            uninterrupted = values(graph);
        }
        RunFolder.Checkpoint stopped = folder.checkpoint();
        try (TrainingGraph graph = graph(stopped.state())) {
            assertThat(graph.updates()).isEqualTo(3);
            steps(loop(graph, stopped.progress(), Optional.empty()), 3);
            assertThat(values(graph)).containsExactly(uninterrupted, within(1e-6f));
        }
    }

    @Test
    void exportedFoldersOpenForInference() throws IOException {
        Path exported = temporary.resolve("exported");
        try (TrainingGraph graph = graph(fresh())) {
            loop(graph, TrainingProgress.beginning(0), Optional.empty()).run(new Limit(Duration.ZERO, 0));
            folder.export(
                    exported,
                    shape,
                    graph.state().weights(),
                    Set.of(text.tokens().end()));
        }
        try (DecoderModel model = DecoderModel.open(exported, ModelOptions.DEFAULTS)) {
            assertThat(model.shape()).isEqualTo(shape);
            assertThat(model.checkpoint().endTokens())
                    .containsExactly(text.tokens().end());
            float[] stored = Objects.requireNonNull(model.checkpoint().weights().get(NAME));
            float[] initial = Objects.requireNonNull(fresh().weights().get(NAME));
            for (int i = 0; i < stored.length; i++) {
                assertThat(stored[i]).isCloseTo(initial[i], within(Math.abs(initial[i]) / 128));
            }
        }
        assertThat(exported.resolve("tokenizer.json")).hasSameTextualContentAs(folder.tokenizer());
    }

    @Test
    void learnsFromATeacherAndReportsItsProgress() throws IOException {
        try (TrainingGraph teacher = graph(TrainingState.fresh(InitialWeights.of(shape, 77)));
                TrainingGraph graph = graph(fresh())) {
            TrainingLoop loop = loop(
                    graph, TrainingProgress.beginning(0), Optional.of(new Curriculum.Teacher(teacher, Divergence.KL)));
            steps(loop, 50);
            assertThat(values(graph)).isNotEqualTo(fresh().weights().get(NAME));
            assertThat(values(teacher)).isEqualTo(InitialWeights.of(shape, 77).get(NAME));
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("step 50, 0.01M of 1.0M tokens, length 64");
        assertThat(temporary.resolve("log.jsonl")).content().contains("\"step\":50");
    }

    private void steps(TrainingLoop loop, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            loop.advance();
        }
    }

    private TrainingState fresh() {
        return TrainingState.fresh(InitialWeights.of(shape, settings.seed()));
    }

    private TrainingGraph graph(TrainingState state) {
        return TrainingGraph.open(shape, DeviceName.CPU, Precision.FP32, state);
    }

    private TrainingLoop loop(TrainingGraph graph, TrainingProgress progress, Optional<Curriculum.Teacher> teacher) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Curriculum lessons = new Curriculum(settings, teacher, text.mix());
        return new TrainingLoop(lessons, graph, folder, progress, new TrainingDisplay(out, false));
    }

    private static float[] values(TrainingGraph graph) {
        Map<String, float[]> weights = graph.state().weights();
        return Objects.requireNonNull(weights.get(NAME));
    }
}
