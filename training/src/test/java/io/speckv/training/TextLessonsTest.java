package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.DeviceName;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.training.torch.Divergence;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lessons of a golden draft about a golden target, on random tokens: four windows of 64 a step. */
class TextLessonsTest {
    private static final int LENGTH = 64;
    private static final int STEP = 256;

    private final TrainingGraph target = open(GoldenRun.model("qwen2-target"));
    private final List<TrainingGraph> opened = new ArrayList<>(List.of(target));
    private final TextWindows windows =
            new TextWindows(new TextTokens(new int[0], tokens(1, 5000), tokens(2, 1000)), LENGTH);

    private static TrainingGraph open(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TrainingGraph.open(
                    checkpoint.shape(), DeviceName.CPU, Precision.FP32, TrainingState.fresh(checkpoint.weights()));
        }
    }

    private TrainingGraph draft() {
        TrainingGraph draft = open(GoldenRun.model("qwen2-draft"));
        opened.add(draft);
        return draft;
    }

    @AfterEach
    void close() {
        opened.forEach(TrainingGraph::close);
    }

    private int[] tokens(int seed, int count) {
        return new Random(seed).ints(count, 0, target.shape().vocabSize()).toArray();
    }

    private static DistillSettings settings(long tokens, double repeats, long seed) {
        return new DistillSettings(tokens, LENGTH, STEP, 1e-3, repeats, Divergence.KL, seed);
    }

    private TextLessons lessons(double repeats, long seed) {
        return new TextLessons(settings(10_000, repeats, seed), windows, target);
    }

    private static ObjectNode line() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static double divergence(TextLessons lessons) {
        ObjectNode line = line();
        String told = lessons.report(TrainingProgress.beginning(0), line);
        double divergence = line.get("divergence").asDouble();
        assertThat(told).isEqualTo(String.format(Locale.ROOT, "divergence %.3f", divergence));
        return divergence;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "255, 1", "10240, 2", "256000, 50", "2560000, 500"})
    void measuresTwentyTimesInARun(long tokens, int steps) {
        assertThat(new TextLessons(settings(tokens, 0, 1), windows, target).stepsBetweenMeasures())
                .isEqualTo(steps);
    }

    @Test
    void aStepTeachesItsWindowsAndCountsTheirTokens() {
        TextLessons lessons = lessons(0, 1);
        TrainingGraph draft = draft();
        TrainingProgress after = lessons.teach(draft, new TrainingProgress(100, 0, 0, 10));

        assertThat(after).isEqualTo(new TrainingProgress(100 + STEP, 0, 0, 10));
        float[] gradient = draft.gradient("model.norm.weight");
        assertThat(gradient).isNotEqualTo(new float[gradient.length]);
    }

    @Test
    void aStepDependsOnTheSeedAndTheNumberOfUpdatesAlone() {
        TrainingProgress begun = TrainingProgress.beginning(0);
        TextLessons once = lessons(0.5, 1);
        TextLessons again = lessons(0.5, 1);
        TextLessons other = lessons(0.5, 2);
        once.teach(draft(), begun);
        again.teach(draft(), begun.after(5_000));
        other.teach(draft(), begun);

        assertThat(divergence(again)).isCloseTo(divergence(once), within(1e-6));
        assertThat(divergence(other)).isNotCloseTo(divergence(once), within(1e-6));
    }

    @Test
    void whatIsReportedIsARunningMean() {
        TextLessons lessons = lessons(0, 1);
        TrainingGraph draft = draft();
        assertThat(divergence(lessons)).as("before the first step").isNaN();
        double first = taught(lessons, draft);
        draft.update(settings(10_000, 0, 1).schedule().optimizer(0, 0));
        // The second step draws other windows, so its own value is found by a second pair of lessons at the same
        // update.
        TextLessons fresh = lessons(0, 1);
        double second = taught(fresh, draft);
        assertThat(taught(lessons, draft)).isCloseTo(0.95 * first + 0.05 * second, within(1e-5));
    }

    private static double taught(TextLessons lessons, TrainingGraph draft) {
        lessons.teach(draft, TrainingProgress.beginning(0));
        return divergence(lessons);
    }

    @Test
    void measuringTellsHowOftenTheHeldOutTokensAreTheTargets() {
        ObjectNode line = line();
        TrainingProgress progress = new TrainingProgress(77, 0, 0, 10);
        Lessons.Measured measured = lessons(0, 1).measure(target, progress, line);

        int compared = 1000 / LENGTH * (LENGTH - 1);
        assertThat(measured.told()).isEqualTo("1.000 of " + compared + " held-out tokens are the target's");
        assertThat(measured.progress()).isEqualTo(progress);
        assertThat(line.get("agreement").asDouble()).isEqualTo(1);
        assertThat(line.get("compared").asInt()).isEqualTo(compared);
        assertThat(lessons(0, 1).measure(draft(), progress, line()).told()).doesNotStartWith("1.000");
    }
}
