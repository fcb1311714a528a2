package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.training.torch.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a model of 64 tokens, whose run stands at the second of its lengths after 300,000 of a million tokens and 7 updates. */
class StartingPointTest {
    private static final int VOCABULARY = 64;
    private static final String NORM = "model.norm.weight";
    private static final TrainingProgress STOPPED = new TrainingProgress(300_000, 1, 200_000, 0.25);
    private static final String SETTINGS = """
            {"seed": 1, "layers": 2, "hiddenSize": 32, "intermediateSize": 48, "heads": 2, "kvHeads": 2, "headDim": 16,
             "ropeTheta": 100000.0, "maxPositions": 512, "lengths": [64, 128], "firstLength": 64, "tokens": 1000000,
             "tokensPerStep": 256, "rate": 0.001, "warmup": 10, "decayFrom": 0.3, "rateFloor": 0.1,
             "copyingUntil": 0.9, "recallToAdvance": 0.9, "longestStay": 0.5}
            """;

    @TempDir
    Path folder;

    @TempDir
    Path other;

    private RunFolder run;
    private TrainingState stopped;

    @BeforeEach
    void stop() throws IOException {
        Path file = Files.writeString(other.resolve("given.json"), SETTINGS);
        run = RunFolder.create(folder);
        run.keepSettings(file);
        ModelShape shape = settings(Map.of()).shape(VOCABULARY);
        Map<String, float[]> weights = InitialWeights.of(shape, 5);
        stopped = new TrainingState(7, weights, filled(weights, 0.5f), filled(weights, 0.25f));
        run.save(shape, stopped, STOPPED);
    }

    private static Map<String, float[]> filled(Map<String, float[]> like, float value) {
        Map<String, float[]> filled = new LinkedHashMap<>();
        like.forEach((name, values) -> {
            float[] same = values.clone();
            Arrays.fill(same, value);
            filled.put(name, same);
        });
        return filled;
    }

    /** The settings of the run but for some. */
    private static TrainingSettings settings(Map<String, ?> changed) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode all = (ObjectNode) json.readTree(SETTINGS);
        changed.forEach((key, value) -> all.set(key, json.valueToTree(value)));
        return json.treeToValue(all, TrainingSettings.class);
    }

    private static float[] values(TrainingState state, String name) {
        return Objects.requireNonNull(state.weights().get(name));
    }

    @Test
    void aNewRunHasTheSeedsWeightsAndTheFirstLength() throws IOException {
        TrainingSettings settings = settings(Map.of("firstLength", 128, "seed", 5));
        StartingPoint start = StartingPoint.random(settings, settings.shape(VOCABULARY));

        assertThat(start.told()).isEqualTo("begins with random weights, at length 128");
        assertThat(start.progress()).isEqualTo(TrainingProgress.beginning(1));
        assertThat(start.state().updates()).isZero();
        assertThat(start.state().means()).isEmpty();
        assertThat(start.state().weights()).containsOnlyKeys(stopped.weights().keySet());
        stopped.weights()
                .forEach((name, ofSeed) ->
                        assertThat(values(start.state(), name)).isEqualTo(ofSeed));
    }

    @Test
    void aStoppedRunGoesOnWhereItWas() throws IOException {
        TrainingSettings settings = settings(Map.of());
        StartingPoint start = StartingPoint.resumed(run, settings, settings.shape(VOCABULARY));

        assertThat(start.told()).isEqualTo("goes on with " + folder + " at 0.30M of 1.0M tokens, at length 128");
        assertThat(start.progress()).isEqualTo(STOPPED);
        assertThat(start.state().updates()).isEqualTo(7);
        stopped.weights()
                .forEach((name, of) -> assertThat(values(start.state(), name)).isEqualTo(of));
        assertThat(start.state().means().get(NORM)).containsOnly(0.5f);
        assertThat(start.state().squares().get(NORM)).containsOnly(0.25f);
    }

    @ParameterizedTest
    @CsvSource({
        "layers, 3, layers 3, layers 2",
        "hiddenSize, 64, hiddenSize 64, hiddenSize 32",
        "intermediateSize, 64, intermediateSize 64, intermediateSize 48",
        "heads, 4, heads 4, heads 2",
        "kvHeads, 1, kvHeads 1, kvHeads 2",
        "headDim, 8, headDim 8, headDim 16",
        "ropeTheta, 10000, ropeTheta 10000.0, ropeTheta 100000.0"
    })
    void noRunGoesOnAsAnotherModel(String key, int value, String wanted, String found) throws IOException {
        TrainingSettings settings = settings(Map.of(key, value));
        assertThatThrownBy(() -> StartingPoint.resumed(run, settings, settings.shape(VOCABULARY)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder.resolve("settings.json") + ": expected " + wanted + ", as the settings say, found "
                        + found);
    }

    @Test
    void noRunGoesOnWithAnotherVocabulary() throws IOException {
        TrainingSettings settings = settings(Map.of());
        assertThatThrownBy(() -> StartingPoint.resumed(run, settings, settings.shape(VOCABULARY + 1)))
                .hasMessageEndingWith("expected vocabulary 65, as the settings say, found vocabulary 64");
    }

    @Test
    void whatIsNoPropertyOfTheModelMayChange() throws IOException {
        TrainingSettings settings =
                settings(Map.<String, Object>of("rate", 0.01, "tokens", 2_000_000, "maxPositions", 1024));
        assertThat(StartingPoint.resumed(run, settings, settings.shape(VOCABULARY))
                        .told())
                .isEqualTo("goes on with " + folder + " at 0.30M of 2.0M tokens, at length 128");
    }

    @Test
    void aRunThatIsBeyondTheLengthsOfItsSettingsIsRefused() throws IOException {
        TrainingSettings settings = settings(Map.of("lengths", new int[] {64}));
        assertThatThrownBy(() -> StartingPoint.resumed(run, settings, settings.shape(VOCABULARY)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder.resolve("settings.json") + ": expected the settings that the run began with, found"
                        + " others, by which it is at length 2 of 1");
    }

    @Test
    void aStageAfterARunHasItsWholeStateAndACurriculumOfItsOwn() throws IOException {
        TrainingSettings settings = settings(Map.of("layers", 2, "tokens", 500));
        StartingPoint start = StartingPoint.after(folder, settings, settings.shape(VOCABULARY));

        assertThat(start.told())
                .isEqualTo("begins from " + folder + ", its optimizer after 7 updates included, at length 64");
        assertThat(start.progress()).as("it copies as well as before").isEqualTo(new TrainingProgress(0, 0, 0, 0.25));
        assertThat(start.state().updates()).isEqualTo(7);
        assertThat(start.state().squares().get(NORM)).containsOnly(0.25f);
    }

    @Test
    void aStageAfterAModelHasItsWeightsAlone() throws IOException {
        Path model = other.resolve("model");
        TrainingSettings settings = settings(Map.of());
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        run.export(model, settings.shape(VOCABULARY), stopped.weights(), Set.of(0));
        StartingPoint start = StartingPoint.after(model, settings, settings.shape(VOCABULARY));

        assertThat(start.told()).isEqualTo("begins from the weights in " + model + ", at length 64");
        assertThat(start.progress()).isEqualTo(TrainingProgress.beginning(0));
        assertThat(start.state().updates()).isZero();
        assertThat(start.state().squares()).isEmpty();
        float[] exact = values(stopped, "model.embed_tokens.weight");
        float[] taken = values(start.state(), "model.embed_tokens.weight");
        for (int i = 0; i < exact.length; i++) {
            assertThat(taken[i]).as("in bf16").isCloseTo(exact[i], within(Math.abs(exact[i]) / 128));
        }
        TrainingSettings wider = settings(Map.of("intermediateSize", 64));
        assertThatThrownBy(() -> StartingPoint.after(model, wider, wider.shape(VOCABULARY)))
                .hasMessage(model.resolve("config.json") + ": expected intermediateSize 64, as the settings say, found"
                        + " intermediateSize 48");
    }

    @Test
    void anEarlierFolderHoldsARunOrAModel() throws IOException {
        assertThatCode(() -> StartingPoint.requireIn(folder)).doesNotThrowAnyException();
        assertThatThrownBy(() -> StartingPoint.requireIn(other))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(other + ": expected a run (state.safetensors, progress.json) or a model (config.json),"
                        + " found neither");
        Files.writeString(other.resolve("state.safetensors"), "");
        assertThatThrownBy(() -> StartingPoint.requireIn(other))
                .as("half a run")
                .hasMessageEndingWith("found neither");
        Files.writeString(other.resolve("config.json"), "{}");
        assertThatCode(() -> StartingPoint.requireIn(other)).doesNotThrowAnyException();
        assertThatThrownBy(() -> StartingPoint.requireIn(other.resolve("none")))
                .hasMessageEndingWith("found no such folder");
    }
}
