package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.selection.Reduction;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.prompt.AttentionScoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A draft whose LM head keeps some tokens; golden drafts with a head of their own and with a tied one. */
@Tag("numerics")
class TrimmedHeadTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
    private static final TokenChoice GREEDY = (logits, drafted) -> Greedy.token(logits);

    @TempDir
    Path folder;

    /** One run of each pair. */
    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream().filter(run -> run.index() % 4 == 0);
    }

    private Path everyToken(int step) throws IOException {
        return listOf(id -> id % step == 0);
    }

    private Path listOf(IntPredicate kept) throws IOException {
        String ids =
                IntStream.range(0, 264).filter(kept).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        return Files.writeString(folder.resolve("list.txt"), ids);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void keptTokensHaveTheirLogitsAndOthersHaveNone(GoldenRun run) throws IOException {
        float[] whole = lastLogits(run, FP32);
        float[] trimmed = lastLogits(run, FP32.withHeadTokens(everyToken(3)));

        assertThat(trimmed).hasSameSizeAs(whole);
        for (int id = 0; id < whole.length; id++) {
            if (id % 3 == 0) {
                assertThat(trimmed[id]).isCloseTo(whole[id], within(1e-4f));
            } else {
                assertThat(trimmed[id]).isEqualTo(Float.NEGATIVE_INFINITY);
            }
        }
    }

    @Test
    void anInt8HeadKeepsTheSameRows() throws IOException {
        GoldenRun run = GoldenRun.all().get(0);
        ModelOptions int8 = ModelOptions.DEFAULTS.withPrecision(Precision.INT8);
        float[] whole = lastLogits(run, int8);
        float[] trimmed = lastLogits(run, int8.withHeadTokens(everyToken(3)));

        for (int id = 0; id < whole.length; id += 3) {
            assertThat(trimmed[id]).isCloseTo(whole[id], within(1e-4f));
        }
        assertThat(trimmed[1]).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void scoresDoNotChangeAndLookaheadComesFromTheList(GoldenRun run) throws IOException {
        DraftReading whole = read(run, FP32, 1, GREEDY);
        Set<Integer> guesses = Arrays.stream(whole.lookahead()).boxed().collect(Collectors.toSet());
        Path others = listOf(id -> !guesses.contains(id));
        DraftReading trimmed = read(run, FP32.withHeadTokens(others), 1, GREEDY);

        assertThat(trimmed.scores()).containsExactly(whole.scores());
        assertThat(Arrays.stream(trimmed.lookahead())).hasSize(12).doesNotContainAnyElementsOf(guesses);
    }

    @Test
    void drawnLookaheadComesFromTheListAsWell() throws IOException {
        GoldenRun run = GoldenRun.all().get(0);
        for (long seed = 0; seed < 5; seed++) {
            SamplingSettings settings =
                    new SamplingSettings(1.5, 0, 0.95, 0.001, 1.2, 0.1, 0.1, seed, 12, List.of(), Set.of(), true, -1);
            Sampler sampler = new Sampler(settings, 0, run.prompt(), Set.of());
            DraftReading trimmed = read(run, FP32.withHeadTokens(everyToken(3)), 1, sampler::choose);

            assertThat(Arrays.stream(trimmed.lookahead())).allMatch(token -> token % 3 == 0);
        }
    }

    @Test
    void tokensOfATrimmedHeadAreNotChosenOnTheDevice() throws IOException {
        try (DecoderModel model =
                DecoderModel.open(GoldenRun.model("llama-draft"), FP32.withHeadTokens(everyToken(3)))) {
            assertThatThrownBy(() -> DeviceSampler.of(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tokens of a trimmed head are chosen on the host");
        }
    }

    @Test
    void aListOfAllTokensChangesNothing() throws IOException {
        GoldenRun run = GoldenRun.all().get(0);
        DraftReading whole = read(run, FP32, 12, GREEDY);
        DraftReading listed = read(run, FP32.withHeadTokens(everyToken(1)), 12, GREEDY);

        assertThat(listed.lookahead()).containsExactly(whole.lookahead());
        assertThat(listed.scores()).containsExactly(whole.scores());
    }

    @Test
    void aWrongListIsRefusedWhenTheModelIsOpened() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.txt"), "1\n264\n");

        assertThatThrownBy(() -> DecoderModel.open(GoldenRun.model("llama-draft"), FP32.withHeadTokens(wrong)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(wrong + ": line 2: expected a token id from 0 to 263, found '264'");
    }

    private static float[] lastLogits(GoldenRun run, ModelOptions options) {
        int tokens = run.prompt().length;
        try (DecoderModel model = DecoderModel.open(run.draft(), options);
                KvArena arena = model.newArena(1, tokens);
                PromptPass pass =
                        PromptPass.start(model, arena.take(), new Eviction(new FullCache(), tokens, 0, false))) {
            pass.feed(run.prompt(), true, YieldPoint.NONE);
            return pass.lastLogits(1)[0];
        }
    }

    private static DraftReading read(GoldenRun run, ModelOptions options, int scoringTokens, TokenChoice choice) {
        AttentionScoring scoring =
                new AttentionScoring(16, true, 0, Reduction.MAX, Reduction.MAX, Reduction.MAX, false, scoringTokens, 1);
        DraftTask task = new DraftTask(run.prompt(), scoring, scoringTokens, 12, choice, Set.of());
        try (DecoderModel model = DecoderModel.open(run.draft(), options);
                KvArena arena = model.newArena(1, run.prompt().length + 12)) {
            return new DraftReader(model, arena).read(task, YieldPoint.NONE, new DraftListener() {
                @Override
                public void scored(float[] scores) {}

                @Override
                public boolean drafted(int token) {
                    return true;
                }
            });
        }
    }
}
