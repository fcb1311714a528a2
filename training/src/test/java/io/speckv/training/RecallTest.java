package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.evals.words.WordList;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.TrainingState;
import io.speckv.training.torch.WeightedTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Of the bundled target, which recalls most values and not all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecallTest {
    private static final Path TARGET = Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");
    private static final int LENGTH = 256;
    private static final int SAMPLES = 24;

    private TaskTokens text;
    private RecallMix mix;
    private TrainingGraph graph;

    @BeforeAll
    void open() throws IOException {
        text = new TaskTokens(TARGET.resolve("tokenizer.json"));
        RecallSettings harder = TaskText.settings(Map.of("queriesFrom", 256, "queriesShare", 8));
        mix = new RecallMix(harder, text, WordList.bundled(), text.encode(TaskText.prose()));
        try (Checkpoint checkpoint = Checkpoint.open(TARGET)) {
            graph = TrainingGraph.open(
                    checkpoint.shape(), DeviceName.CPU, Precision.FP32, TrainingState.fresh(checkpoint.weights()));
        }
    }

    @AfterAll
    void close() {
        graph.close();
        text.close();
    }

    /** How many answers of a sequence are right, and how many there are: each is looked at alone. */
    private int[] rightOf(Example example) {
        int right = 0;
        int all = 0;
        int end = 0;
        for (int i = 0; i <= example.answers().length; i++) {
            boolean answer = i < example.answers().length && example.answers()[i];
            if (answer && !example.answers()[i - 1]) {
                end = i;
            } else if (!answer && i > 0 && example.answers()[i - 1]) {
                right += isRight(example.tokens(), end, i) ? 1 : 0;
                all++;
            }
        }
        return new int[] {right, all};
    }

    private boolean isRight(int[] tokens, int from, int to) {
        float[] weights = new float[tokens.length];
        Arrays.fill(weights, from, to, 1);
        int[] predicted = graph.predict(new WeightedTokens(new int[][] {tokens}, new float[][] {weights}));
        return Arrays.equals(predicted, Arrays.copyOfRange(tokens, from, to));
    }

    @Test
    void isTheShareOfAnswersWhoseEveryTokenIsTheMostProbable() {
        Recall recall = Recall.measure(graph, mix, LENGTH, SAMPLES, LENGTH, new Random(3));
        Map<RecallMix.Kind, int[]> expected = new EnumMap<>(RecallMix.Kind.class);
        Random random = new Random(3);
        int right = 0;
        int all = 0;
        for (int i = 0; i < SAMPLES; i++) {
            RecallMix.Kind kind = mix.kind(LENGTH, random);
            int[] counts = rightOf(mix.recall(LENGTH, kind, random));
            int[] ofKind = expected.computeIfAbsent(kind, first -> new int[2]);
            ofKind[0] += counts[0];
            ofKind[1] += counts[1];
            right += counts[0];
            all += counts[1];
        }
        assertThat(right).as("right ones of %d", all).isBetween(1, all - 1);
        assertThat(recall.share()).isEqualTo((double) right / all);
        assertThat(recall.byKind()).hasSizeGreaterThan(1).containsOnlyKeys(expected.keySet());
        expected.forEach((kind, counts) -> {
            double share = (double) counts[0] / counts[1];
            assertThat(recall.shareOf(Set.of(kind))).as(kind.name()).isEqualTo(share);
            assertThat(recall.byKind().get(kind)).as("in thousandths").isCloseTo(share, within(0.0005));
        });
    }

    @Test
    void isTheSameInBatchesOfAnySize() {
        double oneByOne =
                Recall.measure(graph, mix, LENGTH, SAMPLES, 1, new Random(4)).share();
        assertThat(Recall.measure(graph, mix, LENGTH, SAMPLES, 5 * LENGTH, new Random(4))
                        .share())
                .as("five at once, four in the last batch")
                .isEqualTo(oneByOne);
        assertThat(Recall.measure(graph, mix, LENGTH, SAMPLES, Integer.MAX_VALUE, new Random(4))
                        .share())
                .as("all at once")
                .isEqualTo(oneByOne);
    }

    @Test
    void ofOneKindCountsThatKindAlone() {
        double share = Recall.of(graph, mix, RecallMix.Kind.SINGLE, LENGTH, 6, new Random(5));
        Random random = new Random(5);
        int right = 0;
        int all = 0;
        for (int i = 0; i < 6; i++) {
            int[] counts = rightOf(mix.recall(LENGTH, RecallMix.Kind.SINGLE, random));
            right += counts[0];
            all += counts[1];
        }
        assertThat(share).isEqualTo((double) right / all);
    }

    @Test
    void kindsThatWereNotAskedForHaveNoShare() {
        Recall none = Recall.measure(graph, mix, LENGTH, 0, LENGTH, new Random(6));
        assertThat(none.share()).isZero();
        assertThat(none.shareOf(Set.of(RecallMix.Kind.VALUES))).isZero();
        assertThat(none.byKind()).isEmpty();
    }
}
