package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import io.speckv.training.torch.Divergence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Stages of training, one after the other, through the files that they leave. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainTest {
    private static final String NAME = "model.layers.0.mlp.up_proj.weight";
    private static final Limit NO_STEP = new Limit(Duration.ZERO, Long.MAX_VALUE);

    @TempDir
    static Path temporary;

    private Path texts = Path.of("");
    private Path first = Path.of("");
    private Path model = Path.of("");

    @BeforeAll
    void trainTheFirstStage() throws IOException {
        texts = Files.writeString(temporary.resolve("text.txt"), TaskText.prose());
        first = temporary.resolve("first");
        model = first.resolve("model");
        String told = train(settings(2, 0, 1024), first, Optional.empty(), Limit.NONE);
        assertThat(told).startsWith("begins with random weights, at length 64\n");
    }

    /** Settings of a model so small that a step takes no time. */
    private static Path settings(int layers, int firstLength, int tokens) throws IOException {
        String json = """
                {"seed": 1, "layers": %d, "hiddenSize": 32, "intermediateSize": 48, "heads": 2, "kvHeads": 2, "headDim": 16,
                 "ropeTheta": 100000, "maxPositions": 512, "lengths": [64, 128], "firstLength": %d, "tokens": %d,
                 "tokensPerStep": 256, "rate": 0.001, "warmup": 10, "decayFrom": 0.3, "rateFloor": 0.1,
                 "copyingUntil": 0.9, "recallToAdvance": 0.9, "longestStay": 0.5}
                """.formatted(layers, firstLength, tokens);
        return Files.writeString(
                temporary.resolve("settings-%d-%d-%d.json".formatted(layers, firstLength, tokens)), json);
    }

    private String train(Path settings, Path run, Optional<Path> from, Limit limit) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Train.Order order = new Train.Order(
                settings,
                run,
                from,
                List.of(texts),
                Optional.empty(),
                420,
                Optional.empty(),
                Divergence.KL,
                DeviceName.CPU,
                Precision.FP32,
                limit,
                Optional.of(run.resolve("model")),
                0);
        new Train(order, new PrintStream(printed, true, StandardCharsets.UTF_8), false).run();
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static RunFolder.Checkpoint checkpoint(Path run) throws IOException {
        return new RunFolder(run).checkpoint();
    }

    private static float[] weight(Path run) throws IOException {
        return Objects.requireNonNull(checkpoint(run).state().weights().get(NAME));
    }

    @Test
    void aStageHasTheStateOfTheRunBeforeAndACurriculumOfItsOwn(@TempDir Path second) throws IOException {
        Files.writeString(first.resolve("log.jsonl"), "{\"step\":1}\n");
        String told = train(settings(2, 128, 512), second, Optional.of(first), NO_STEP);

        assertThat(told)
                .isEqualTo("begins from " + first + ", its optimizer after 4 updates included, at length 128\n");
        assertThat(checkpoint(first).progress().seen()).isEqualTo(1024);
        double copyingLoss = checkpoint(first).progress().copyingLoss();
        assertThat(copyingLoss).isLessThan(10);
        assertThat(checkpoint(second).progress()).isEqualTo(new TrainingProgress(0, 1, 0, copyingLoss));
        assertThat(checkpoint(second).state().updates()).isEqualTo(4);
        assertThat(weight(second)).isEqualTo(weight(first));
        assertThat(checkpoint(second).state().squares().get(NAME))
                .isEqualTo(checkpoint(first).state().squares().get(NAME));
        assertThat(second.resolve("tokenizer.json")).hasSameTextualContentAs(first.resolve("tokenizer.json"));
        assertThat(second.resolve("log.jsonl")).hasContent("{\"step\":1}");
    }

    @Test
    void theSameCommandGoesOnAndDoesNotBeginAgain(@TempDir Path second) throws IOException {
        Path settings = settings(2, 128, 1024);
        train(settings, second, Optional.of(first), new Limit(Limit.NONE.time(), 300));
        assertThat(checkpoint(second).progress().seen()).isEqualTo(512);
        String told = train(settings, second, Optional.of(first), Limit.NONE);

        assertThat(told).startsWith("goes on with " + second + " at 0.00M of 0.0M tokens, at length 128\n");
        assertThat(checkpoint(second).progress().seen()).isEqualTo(1024);
        assertThat(checkpoint(second).state().updates()).isEqualTo(4 + 4);
        assertThat(weight(second)).isNotEqualTo(weight(first));
    }

    @Test
    void aStageFromAModelHasItsWeightsAndNoOptimizer(@TempDir Path second) throws IOException {
        String told = train(settings(2, 0, 512), second, Optional.of(model), NO_STEP);

        assertThat(told).isEqualTo("begins from the weights in " + model + ", at length 64\n");
        assertThat(checkpoint(second).progress()).isEqualTo(TrainingProgress.beginning(0));
        assertThat(checkpoint(second).state().updates()).isZero();
        float[] exact = weight(first);
        float[] taken = weight(second);
        for (int i = 0; i < exact.length; i++) {
            assertThat(taken[i]).isCloseTo(exact[i], within(Math.abs(exact[i]) / 128));
        }
        assertThat(checkpoint(second).state().squares().get(NAME)).containsOnly(0);
    }

    @Test
    void whatIsMissingOrOfAnotherShapeIsNamed(@TempDir Path empty, @TempDir Path second, @TempDir Path third)
            throws IOException {
        Path settings = settings(3, 0, 512);
        assertThatThrownBy(() -> train(settings, second, Optional.of(empty), NO_STEP))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(empty + ": expected a run (state.safetensors, progress.json) or a model (config.json),"
                        + " found neither");
        assertThatThrownBy(() -> train(settings, second, Optional.of(empty.resolve("none")), NO_STEP))
                .hasMessageEndingWith("found no such folder");
        assertThatThrownBy(() -> train(settings, second, Optional.of(first), NO_STEP))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        first.resolve("settings.json") + ": expected layers 3, as the settings say, found layers 2");
        assertThatThrownBy(() -> train(settings, third, Optional.of(model), NO_STEP))
                .hasMessage(model.resolve("config.json") + ": expected layers 3, as the settings say, found layers 2");
        assertThatThrownBy(() -> train(settings, first, Optional.empty(), NO_STEP))
                .as("a run goes on with its own settings only")
                .hasMessageStartingWith(first.resolve("settings.json") + ": expected layers 3");
        assertThat(first.resolve("settings.json")).content().contains("\"layers\": 2");
    }

    @Test
    void aStageNeedsAFolderOfItsOwn() {
        assertThatThrownBy(() -> train(settings(2, 0, 512), first, Optional.of(first.resolve("../first")), NO_STEP))
                .hasMessage("a stage that begins from " + first + " needs a folder of its own");
    }
}
