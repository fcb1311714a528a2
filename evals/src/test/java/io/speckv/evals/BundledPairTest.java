package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import io.speckv.selection.align.TokenBridge;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundled pair still finds what it found, and the floors would notice a selection that is broken.
 *
 * <p>Measured for the floors ({@code docs/evaluation.md}, 1k, niah_single_1): full 100%, specpc at 256 tokens 100%, speckv-pc
 * at 128 KV pairs 100%.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BundledPairTest {
    private static final Map<String, Double> FLOORS = Map.of("full", 0.8, "specpc", 0.6, "speckv-pc", 0.6);
    private static final int LENGTH = 1024;
    private static final int KEPT_TOKENS = 256;
    private static final int SAMPLES = 12;
    private static final List<Setting> SETTINGS =
            List.of(new Setting("full", 0), new Setting("specpc", KEPT_TOKENS), new Setting("speckv-pc", 128));
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");

    private final Tokenizer tokenizer = Tokenizer.open(MODELS.resolve("speckv-tiny-target"));
    private final DecoderModel target = DecoderModel.open(MODELS.resolve("speckv-tiny-target"), FP32);
    private final DecoderModel draft = DecoderModel.open(MODELS.resolve("speckv-tiny-draft"), FP32);

    @TempDir
    Path folder;

    @AfterAll
    void close() {
        draft.close();
        target.close();
        tokenizer.close();
    }

    @Test
    void findsTheNumberOnAQuarterOfTheTokens() throws IOException {
        Map<String, Double> accuracy = accuracy(TokenBridge::shared);
        for (String method : FLOORS.keySet()) {
            assertThat(of(accuracy, method)).as(method).isGreaterThanOrEqualTo(of(FLOORS, method));
        }
    }

    @Test
    void fallsBelowTheFloorsWhenTheScoresAreShuffled() throws IOException {
        Map<String, Double> accuracy = accuracy(BundledPairTest::shuffling);
        assertThat(of(accuracy, "full")).isGreaterThanOrEqualTo(of(FLOORS, "full"));
        assertThat(of(accuracy, "specpc")).isLessThan(of(FLOORS, "specpc"));
        assertThat(of(accuracy, "speckv-pc")).isLessThan(of(FLOORS, "speckv-pc"));
    }

    private static double of(Map<String, Double> values, String method) {
        return Objects.requireNonNull(values.get(method), method);
    }

    private Map<String, Double> accuracy(Function<int[], TokenBridge> bridges) throws IOException {
        WordList words = WordList.bundled();
        Ruler ruler = new Ruler(
                text -> tokenizer.encode(text, SpecialTokens.EXCLUDED).ids().length,
                words,
                HaystackText.generated(words, 1));
        List<EvalSample> samples = ruler.samples(RulerTask.NIAH_SINGLE_1, LENGTH, 1, SAMPLES).stream()
                .map(EvalSample::of)
                .toList();
        MethodSettings methods = new MethodSettings(Map.of("specpc.max_capacity_prompt", KEPT_TOKENS));
        Generator generator =
                new CascadeGenerator(target, draft, PromptTokens.plain(tokenizer), bridges, null, methods);
        Map<String, Double> accuracy = new HashMap<>();
        for (EvalCell cell :
                new EvalRun(generator, folder.resolve("j.jsonl"), Progress.silent(), 1).run(SETTINGS, samples)) {
            accuracy.put(cell.method(), cell.accuracy());
        }
        return accuracy;
    }

    private static TokenBridge shuffling(int[] prompt) {
        return new TokenBridge() {
            @Override
            public int[] draftPrompt() {
                return prompt;
            }

            @Override
            public float[] scores(float[] draftScores) {
                List<Float> shuffled = new ArrayList<>();
                for (float score : draftScores) {
                    shuffled.add(score);
                }
                Collections.shuffle(shuffled, new Random(prompt.length));
                float[] scores = new float[draftScores.length];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = shuffled.get(i);
                }
                return scores;
            }

            @Override
            public int[] lookahead(int[] draftTokens) {
                return draftTokens;
            }
        };
    }
}
