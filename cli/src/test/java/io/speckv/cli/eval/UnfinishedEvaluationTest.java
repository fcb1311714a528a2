package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.EvalProgress;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.EvalRun;
import io.speckv.evals.EvalSample;
import io.speckv.evals.Generator;
import io.speckv.evals.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of an evaluation that stopped before its end. */
class UnfinishedEvaluationTest {
    private static final Setting SPECKV = new Setting("speckv", 64);
    private static final List<EvalSample> SAMPLES = IntStream.range(0, 5)
            .mapToObj(i -> new EvalSample(
                    i < 3 ? "first" : "second",
                    0,
                    i,
                    0,
                    new EvalPrompt.Text("p" + i, "prompt " + i, false),
                    4,
                    answer -> 1))
            .toList();

    @TempDir
    Path folder;

    /** Answers so many samples and fails then. */
    private VariantRun stopped(String name, int after, Setting... settings) {
        int[] asked = {0};
        Generator generator = request -> {
            if (asked[0]++ == after) {
                throw new IOException("stopped");
            }
            return Collections.nCopies(
                    request.settings().size(), new Generator.Generated("answer", 10, 1, 1, 2, 1 << 20));
        };
        VariantRun run = new VariantRun(
                new EvalVariant(name, generator),
                new EvalRun(generator, folder.resolve(name + ".jsonl"), EvalProgress.silent(), 1),
                List.of(settings));
        if (after < SAMPLES.size()) {
            assertThatThrownBy(() -> run.answer(SAMPLES)).hasMessage("stopped");
        } else {
            assertThat(run.settings()).isNotEmpty();
            try {
                run.answer(SAMPLES);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return run;
    }

    private static String told(VariantRun... runs) throws IOException {
        return EvalArguments.soFar(List.of(runs), "Chats", "./speckv eval chats", SAMPLES, List.of("a note"));
    }

    @Test
    void everySampleThatAllMethodsAnsweredCountsOfWhateverTask() throws IOException {
        assertThat(told(stopped("", 4, Setting.fullCache(), SPECKV)))
                .contains("note: a note")
                .endsWith("note: stopped after 4 of 5 prompts; the same command goes on\n");
        assertThat(told(stopped("none", 0, SPECKV)))
                .isEqualTo("note: stopped after none 0 of 5 prompts; the same command goes on\n");
    }

    @Test
    void eachVariantTellsHowFarItCame() throws IOException {
        VariantRun whole = stopped("none", 5, Setting.fullCache(), SPECKV);

        assertThat(told(whole, stopped("structure", 1, SPECKV)))
                .contains("speckv structure")
                .endsWith("note: stopped after none 5, structure 1 of 5 prompts; the same command goes on\n");
        assertThat(told(whole, stopped("turns", 0, SPECKV)))
                .endsWith("note: stopped after none 5, turns 0 of 5 prompts; the same command goes on\n");
    }
}
