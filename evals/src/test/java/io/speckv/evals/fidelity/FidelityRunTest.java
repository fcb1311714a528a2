package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.EvalProgress;
import io.speckv.evals.Setting;
import io.speckv.evals.report.FidelityCell;
import io.speckv.evals.stats.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FidelityRunTest {
    private static final List<Setting> SETTINGS = Setting.grid(List.of("full", "snapkv"), List.of(64, 128));
    private static final List<FidelityPrompt> PROMPTS = List.of(prompt(1000, 1), prompt(600, 2), prompt(1100, 3));

    @TempDir
    Path folder;

    private static FidelityPrompt prompt(int tokens, int first) {
        return new FidelityPrompt(
                "p" + first, IntStream.range(first, first + tokens).toArray(), false);
    }

    /** A budget of 64 loses 0.2 nats of each of 5 tokens and parts after 3; one of 128 loses nothing. */
    private static final class Meter implements AnswerMeter {
        private final List<Integer> asked = new ArrayList<>();
        private final int failsAfter;

        Meter(int failsAfter) {
            this.failsAfter = failsAfter;
        }

        @Override
        public List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) throws IOException {
            if (asked.size() == failsAfter) {
                throw new IOException("the services went away");
            }
            asked.add(settings.size());
            return settings.stream()
                    .map(setting -> new Measured(
                            setting.budget() == 64
                                    ? new AnswerLoss(5, 3, Collections.nCopies(5, 0.2), Collections.nCopies(5, 0.1), 0)
                                    : AnswerLoss.none(5),
                            new Lookahead(setting.keepsAll() ? 0 : 5, prompt.length == 1000 ? 5 : 1),
                            10,
                            20 + setting.budget(),
                            1 << 20))
                    .toList();
        }
    }

    private FidelityRun run(AnswerMeter meter) {
        return new FidelityRun(meter, folder.resolve("j.jsonl"), EvalProgress.silent(), 1, 5, 0);
    }

    @Test
    void makesACellOfEverySettingForPromptsOfLikeLength() throws IOException {
        List<FidelityCell> cells = run(new Meter(9)).run(SETTINGS, PROMPTS);

        assertThat(cells)
                .extracting(cell -> cell.length() + " " + cell.method() + " " + cell.budget() + " " + cell.prompts())
                .containsExactly(
                        "512 full 0 2",
                        "512 snapkv 64 2",
                        "512 snapkv 128 2",
                        "1024 full 0 1",
                        "1024 snapkv 64 1",
                        "1024 snapkv 128 1");
        FidelityCell lossy = cells.get(1);
        assertThat(lossy.equal()).isZero();
        assertThat(lossy.partsAfter()).isEqualTo(3.0);
        Estimate lost = Objects.requireNonNull(lossy.lost());
        assertThat(lost.mean()).isCloseTo(0.2, within(1e-9));
        assertThat(Objects.requireNonNull(lossy.divergence()).mean()).isCloseTo(0.1, within(1e-9));
        assertThat(lossy.lookahead()).isEqualTo(new FidelityCell.Lookahead(5, 3, 0.5));
        assertThat(cells.get(0).lookahead()).isNull();
        assertThat(lossy.totalMillis()).isEqualTo(84);
        assertThat(lossy.places()).extracting(FidelityCell.Places::first).containsExactly(1, 2, 5);
        assertThat(lossy.places()).extracting(FidelityCell.Places::last).containsExactly(1, 4, 5);
        assertThat(lossy.places()).extracting(FidelityCell.Places::tokens).containsExactly(2, 6, 2);
        assertThat(cells.get(2).partsAfter()).isNull();
        assertThat(cells.get(2).equal()).isEqualTo(1);
    }

    @Test
    void goesOnWhereItStoppedAndTellsBeforeWhatItHas() throws IOException {
        FidelityRun stopped = run(new Meter(2));
        assertThat(stopped.soFar(SETTINGS, PROMPTS)).isEmpty();
        assertThatThrownBy(() -> stopped.run(SETTINGS, PROMPTS)).hasMessage("the services went away");
        assertThat(stopped.soFar(SETTINGS, PROMPTS)).hasSize(3).allMatch(cell -> cell.prompts() == 2);
        // As if the process had ended between two lines of the second prompt.
        Path journal = folder.resolve("j.jsonl");
        Files.write(journal, Files.readAllLines(journal).subList(0, 5));
        assertThat(stopped.soFar(SETTINGS, PROMPTS)).hasSize(3).allMatch(cell -> cell.prompts() == 1);

        Meter rest = new Meter(2);
        assertThat(run(rest).run(SETTINGS, PROMPTS)).hasSize(6);
        assertThat(rest.asked).containsExactly(1, 3);
    }

    @Test
    void asksAgainForWhatIsNotTheSameAndOnlyForThat() throws IOException {
        run(new Meter(9)).run(SETTINGS, PROMPTS);
        Meter more = new Meter(9);
        List<Setting> other = Setting.grid(List.of("full", "snapkv"), List.of(128, 256));
        run(more).run(other, PROMPTS);
        assertThat(more.asked).containsExactly(1, 1, 1);

        Meter longer = new Meter(9);
        new FidelityRun(longer, folder.resolve("j.jsonl"), EvalProgress.silent(), 1, 6, 0).run(SETTINGS, PROMPTS);
        assertThat(longer.asked).containsExactly(3, 3, 3);
        assertThat(Files.readAllLines(folder.resolve("j.jsonl"))).hasSize(9 + 3 + 9);

        Meter told = new Meter(9);
        new FidelityRun(told, folder.resolve("j.jsonl"), EvalProgress.silent(), 1, 6, 20).run(SETTINGS, PROMPTS);
        assertThat(told.asked).as("with probabilities").containsExactly(3, 3, 3);
    }

    @Test
    void aPromptWhoseLossIsNotKnownIsCountedAndNotAveraged() throws IOException {
        AnswerMeter meter = (prompt, settings, maxNewTokens) -> settings.stream()
                .map(setting -> new AnswerMeter.Measured(
                        prompt.length == 600
                                ? new AnswerLoss(5, 0, List.of(), List.of(), 0)
                                : new AnswerLoss(5, 0, List.of(0.5), List.of(0.5), 1),
                        new AnswerMeter.Lookahead(0, 0),
                        1,
                        1,
                        1))
                .toList();
        FidelityCell cell = run(meter).run(SETTINGS, PROMPTS).get(1);

        assertThat(cell.prompts()).isEqualTo(2);
        assertThat(cell.losses()).isEqualTo(new FidelityCell.PromptLosses(List.of(0.5), 1, false));
        assertThat(Objects.requireNonNull(cell.lost()).mean()).isEqualTo(0.5);
    }
}
