package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.training.torch.Divergence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractFloatArrayAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A draft of two of the bundled target's four layers learns from it, on the licence and a page of the docs. */
class DistillTest {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");
    private static final Path TARGET = ROOT.resolve("models/speckv-tiny-target");
    private static final Path TEXT = ROOT.resolve("docs/api.md");
    private static final Path HELD_OUT = ROOT.resolve("LICENSE");
    private static final int STEP = 256;

    @TempDir
    Path temporary;

    private Path draft = Path.of("");

    @BeforeEach
    void prune() throws IOException {
        draft = temporary.resolve("pruned");
        PrunedModel.evenly(TARGET, 2).write(draft);
    }

    private static DistillSettings settings(int steps) {
        return new DistillSettings((long) steps * STEP, 64, STEP, 1e-3, 0.25, Divergence.KL, 1);
    }

    private Distill.Order order(String run, DistillSettings settings, long stopAt) {
        return new Distill.Order(
                TARGET,
                draft,
                temporary.resolve(run),
                List.of(TEXT),
                List.of(HELD_OUT),
                settings,
                ModelOptions.DEFAULTS.withPrecision(Precision.FP32),
                new Limit(Limit.NONE.time(), stopAt),
                Optional.of(temporary.resolve(run + "-model")));
    }

    private static String told(Distill.Order order) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new Distill(order, new PrintStream(printed, true, StandardCharsets.UTF_8), false).run();
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<JsonNode> log(String run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(temporary.resolve(run).resolve("log.jsonl"))) {
            lines.add(JsonMapper.builder().build().readTree(line));
        }
        return lines;
    }

    private RunFolder.Checkpoint checkpoint(String run) throws IOException {
        return new RunFolder(temporary.resolve(run)).checkpoint();
    }

    @Test
    void theDraftComesToChooseTheTargetsTokensOnTextItWasNotTrainedOn() throws IOException {
        String told = told(order("run", settings(60), Long.MAX_VALUE));

        List<JsonNode> measures =
                log("run").stream().filter(line -> line.has("agreement")).toList();
        JsonNode first = measures.get(0);
        JsonNode last = measures.get(measures.size() - 1);
        assertThat(first.get("step").asInt()).isZero();
        assertThat(last.get("step").asInt()).isEqualTo(60);
        assertThat(measures).as("before, and twenty on the way").hasSize(21);
        assertThat(last.get("agreement").asDouble())
                .isGreaterThan(first.get("agreement").asDouble() + 0.05);
        assertThat(told)
                .startsWith("begins from the weights in " + draft + "; ")
                .contains("step 0, ")
                .contains(" held-out tokens are the target's");
    }

    @Test
    void whatIsExportedIsADraftOfTheSameTokenizer() throws IOException {
        told(order("run", settings(2), Long.MAX_VALUE));

        Path model = temporary.resolve("run-model");
        try (Checkpoint exported = Checkpoint.open(model);
                Checkpoint pruned = Checkpoint.open(draft)) {
            assertThat(exported.shape()).isEqualTo(pruned.shape());
            assertThat(exported.endTokens()).isEqualTo(pruned.endTokens());
            assertThat(exported.weightsFingerprint()).isNotEqualTo(pruned.weightsFingerprint());
        }
        assertThat(model.resolve("tokenizer.json")).hasSameTextualContentAs(TARGET.resolve("tokenizer.json"));
    }

    @Test
    void aRunThatWasStoppedEndsAsOneThatWasNot() throws IOException {
        told(order("whole", settings(4), Long.MAX_VALUE));
        told(order("parts", settings(4), 2 * STEP));
        assertThat(checkpoint("parts").progress().seen()).isEqualTo(2 * STEP);
        String told = told(order("parts", settings(4), Long.MAX_VALUE));

        assertThat(told).startsWith("goes on with " + temporary.resolve("parts") + " at 0.00M of 0.0M tokens");
        assertThat(checkpoint("parts").progress()).isEqualTo(checkpoint("whole").progress());
        assertThat(checkpoint("parts").state().updates()).isEqualTo(4);
        checkpoint("whole")
                .state()
                .weights()
                .forEach((name, numbers) -> assertThatWeights("parts", name).isEqualTo(numbers));
    }

    private AbstractFloatArrayAssert<?> assertThatWeights(String run, String name) {
        try {
            return assertThat(checkpoint(run).state().weights().get(name)).as(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRunGoesOnWithItsOwnModelsOnly() throws IOException {
        told(order("run", settings(1), Long.MAX_VALUE));
        Path other = temporary.resolve("other");
        PrunedModel.keeping(TARGET, List.of(0, 1)).write(other);
        Path kept = temporary.resolve("run").resolve("settings.json");
        draft = other;
        assertThatThrownBy(() -> told(order("run", settings(1), Long.MAX_VALUE)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(kept + ": expected the draft that the run began with, found another");
        Files.writeString(kept, "{\"layers\": 2}");
        assertThatThrownBy(() -> told(order("run", settings(1), Long.MAX_VALUE)))
                .hasMessage(kept + ": expected the settings of a distillation, found others");
    }

    @Test
    void modelsThatCannotBeTrainedAreRefused() throws IOException {
        Path qwen3 = Files.createDirectory(temporary.resolve("qwen3"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(GoldenRun.model("qwen3-target").resolve(file), qwen3.resolve(file));
        }
        Files.copy(TARGET.resolve("tokenizer.json"), qwen3.resolve("tokenizer.json"));
        draft = qwen3;
        assertThatThrownBy(() -> told(order("run", settings(1), Long.MAX_VALUE)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(qwen3 + ": expected a model that can be trained")
                .hasMessageEndingWith("found the model has norms of queries and keys");
        assertThat(temporary.resolve("run")).doesNotExist();
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DistillSettings(1000, 32, 256, 1e-3, 0, Divergence.KL, 1))
                .withMessage("length is 32; it must be 64 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DistillSettings(1000, 64, 256, 1e-3, 1.5, Divergence.KL, 1))
                .withMessage("repeats is 1.5; it must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> order("../" + temporary.getFileName() + "/pruned", settings(1), 0))
                .withMessage("run and export need folders of their own, not " + draft);
    }

    @Test
    void aModelIsNotWrittenAmongTheCheckpoints() {
        Distill.Order order = order("run", settings(1), 0);
        Path same = temporary.resolve("run-model/../run");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Distill.Order(
                        order.target(),
                        order.draft(),
                        order.run(),
                        order.texts(),
                        order.heldOut(),
                        order.settings(),
                        order.options(),
                        order.limit(),
                        Optional.of(same)))
                .withMessage("run and export need two folders, not " + order.run() + " for both");
    }

    @Test
    void textThatIsShorterThanAWindowIsRefused() throws IOException {
        Path text = Files.writeString(temporary.resolve("short.txt"), "A few words.");
        Distill.Order order = new Distill.Order(
                TARGET,
                draft,
                temporary.resolve("run"),
                List.of(text),
                List.of(HELD_OUT),
                settings(1),
                ModelOptions.DEFAULTS,
                Limit.NONE,
                Optional.empty());
        assertThatThrownBy(() -> told(order))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("the texts .* have \\d+ tokens to train on; a window of 64 needs as many");
    }
}
