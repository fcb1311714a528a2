package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.report.EvalCell;
import io.speckv.evals.report.Obedience;
import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerSample;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.stats.Interval;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalRunTest {
    private static final WordList WORDS = WordList.bundled();
    private static final List<RulerSample> NEEDLES = new Ruler(
                    text -> text.length() / 4, WORDS, HaystackText.generated(WORDS, 1))
            .samples(RulerTask.NIAH_SINGLE_1, 512, 3, 4);
    private static final List<EvalSample> SAMPLES =
            NEEDLES.stream().map(EvalSample::of).toList();
    private static final List<Setting> SETTINGS = Setting.grid(List.of("full", "snapkv"), List.of(64, 128));

    /** Finds the number in the prompt; with a budget of 64 only in every other prompt. */
    private static final class Reader implements Generator {
        private final List<Setting> asked = new ArrayList<>();
        private final int failsAfter;

        Reader(int failsAfter) {
            this.failsAfter = failsAfter;
        }

        @Override
        public List<Generated> generate(Request request) throws IOException {
            List<Generated> answers = new ArrayList<>();
            for (Setting setting : request.settings()) {
                answers.add(answer(setting, request));
            }
            return answers;
        }

        private synchronized Generated answer(Setting setting, Request request) throws IOException {
            if (asked.size() == failsAfter) {
                throw new IOException("the services went away");
            }
            asked.add(setting);
            int at = request.prompt().wholeText().indexOf(" is: ") + 5;
            boolean blind = setting.budget() == 64 && asked.size() % 2 == 0;
            String text = blind ? "?" : request.prompt().wholeText().substring(at, at + 7);
            return new Generated(text, 400, 8, 10 + asked.size(), 20 + asked.size(), 1000);
        }
    }

    @Test
    void makesACellOfEveryMethodAndBudget(@TempDir Path folder) throws IOException {
        List<EvalCell> cells =
                new EvalRun(new Reader(99), folder.resolve("j.jsonl"), EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        assertThat(cells).extracting(EvalCell::method).containsExactly("full", "snapkv", "snapkv");
        assertThat(cells).extracting(EvalCell::budget).containsExactly(0, 64, 128);
        assertThat(cells).extracting(EvalCell::accuracy).containsExactly(1.0, 0.5, 1.0);
        assertThat(cells).allMatch(cell -> cell.samples() == 4 && cell.length() == 512);
        // full is asked 1st, 4th, 7th and 10th: median of 11, 14, 17, 20
        assertThat(cells.get(0).firstTokenMillis()).isEqualTo(15.5);
    }

    @Test
    void keepsEveryAnswerOfAGeneratorThatSharesNothing(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        Generator failing = new Generator() {
            private final Reader reader = new Reader(5);

            @Override
            public List<Generated> generate(Request request) throws IOException {
                assertThat(request.settings()).hasSize(1);
                return reader.generate(request);
            }

            @Override
            public boolean sharesWork() {
                return false;
            }
        };
        assertThatThrownBy(() -> new EvalRun(failing, journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES))
                .hasMessage("the services went away");

        assertThat(Files.readAllLines(journal)).hasSize(5);
    }

    @Test
    void goesOnWhereItStoppedWithTheSameResult(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        Reader first = new Reader(5);
        assertThatThrownBy(() -> new EvalRun(first, journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES))
                .hasMessage("the services went away");
        Reader second = new Reader(99);
        List<EvalCell> cells = new EvalRun(second, journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        assertThat(second.asked).hasSize(12 - 3);
        Reader third = new Reader(0);
        assertThat(new EvalRun(third, journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES))
                .isEqualTo(cells);
    }

    @Test
    void tellsWhatEverySettingHasAnsweredSoFar(@TempDir Path folder) throws IOException {
        Reader reader = new Reader(7);
        Generator oneByOne = new Generator() {
            @Override
            public List<Generated> generate(Request request) throws IOException {
                return reader.generate(request);
            }

            @Override
            public boolean sharesWork() {
                return false;
            }
        };
        EvalRun run = new EvalRun(oneByOne, folder.resolve("j.jsonl"), EvalProgress.silent(), 1);
        assertThat(run.soFar(SETTINGS, SAMPLES)).isEmpty();
        assertThatThrownBy(() -> run.run(SETTINGS, SAMPLES)).hasMessage("the services went away");

        assertThat(run.soFar(SETTINGS, SAMPLES))
                .extracting(EvalCell::method)
                .containsExactly("full", "snapkv", "snapkv");
        assertThat(run.soFar(SETTINGS, SAMPLES)).allMatch(cell -> cell.samples() == 2);
    }

    @Test
    void manyThreadsGiveTheCellsThatOneGives(@TempDir Path folder) throws IOException {
        Generator longest = request -> request.settings().stream()
                .map(setting -> {
                    int at = request.prompt().wholeText().indexOf(" is: ") + 5;
                    String text = setting.budget() == 64
                            ? "?"
                            : request.prompt().wholeText().substring(at, at + 7);
                    return new Generator.Generated(
                            text, 400, 8, request.prompt().wholeText().hashCode(), 20, 1000);
                })
                .toList();
        List<EvalCell> one =
                new EvalRun(longest, folder.resolve("1.jsonl"), EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        List<EvalCell> many =
                new EvalRun(longest, folder.resolve("4.jsonl"), EvalProgress.silent(), 4).run(SETTINGS, SAMPLES);
        assertThat(many).isEqualTo(one);
        assertThat(folder.resolve("4.jsonl")).content().hasLineCount(12);
    }

    @Test
    void removesAHalfWrittenLineAndRefusesABrokenOne(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        new EvalRun(new Reader(99), journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        String whole = Files.readString(journal);
        Files.writeString(journal, "{\"setting\":{\"met", StandardOpenOption.APPEND);
        new EvalRun(new Reader(0), journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        assertThat(journal).content().isEqualTo(whole);
        Files.writeString(journal, "{\"setting\":{}}\n" + whole);
        assertThatThrownBy(() -> new EvalRun(new Reader(0), journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("j.jsonl:1 is not a finished sample");
    }

    @Test
    void asksAgainWhenThePromptChanged(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        new EvalRun(new Reader(99), journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        EvalSample old = SAMPLES.get(0);
        EvalSample changed = new EvalSample(
                old.task(),
                old.length(),
                old.index(),
                old.seed(),
                new EvalPrompt.Text("changed", old.prompt().wholeText() + " ", false),
                8,
                old.score());
        Reader reader = new Reader(99);
        new EvalRun(reader, journal, EvalProgress.silent(), 1).run(SETTINGS, List.of(changed));
        assertThat(reader.asked).hasSize(3);
    }

    @Test
    void scoresWhatItAnsweredBeforeByTheReferencesOfToday(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        new EvalRun(new Reader(99), journal, EvalProgress.silent(), 1).run(SETTINGS, SAMPLES);
        List<EvalSample> corrected = SAMPLES.stream()
                .map(old -> new EvalSample(
                        old.task(), old.length(), old.index(), old.seed(), old.prompt(), 8, answer -> 0.25))
                .toList();
        assertThat(new EvalRun(new Reader(0), journal, EvalProgress.silent(), 1).run(SETTINGS, corrected))
                .extracting(EvalCell::accuracy)
                .containsOnly(0.25);
    }

    @Test
    void obedienceIsToldApartAndOnlyWhereAFormIsAskedFor(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("j.jsonl");
        EvalSample plain = SAMPLES.get(0);
        EvalSample asking =
                new EvalSample("form", plain.length(), 0, plain.seed(), plain.prompt(), 8, answer -> 0, answer -> 1);
        List<EvalCell> cells =
                new EvalRun(new Reader(99), journal, EvalProgress.silent(), 1).run(SETTINGS, List.of(plain, asking));

        assertThat(cells)
                .filteredOn(cell -> cell.task().equals("form"))
                .hasSize(3)
                .allSatisfy(cell -> {
                    assertThat(cell.accuracy()).isZero();
                    assertThat(cell.obedience()).isEqualTo(new Obedience(1, Interval.ofScores(new double[] {1})));
                });
        assertThat(cells)
                .filteredOn(cell -> !cell.task().equals("form"))
                .extracting(EvalCell::obedience)
                .containsOnlyNulls();
        assertThat(Files.readAllLines(journal))
                .filteredOn(line -> line.contains("\"obedience\":1.0"))
                .hasSize(3);
        assertThat(new EvalRun(new Reader(0), journal, EvalProgress.silent(), 1).run(SETTINGS, List.of(plain, asking)))
                .isEqualTo(cells);
    }

    @Test
    void refusesMethodsWithoutABudget() {
        assertThatThrownBy(() -> new Setting("snapkv", 0)).hasMessageContaining("'snapkv' with budget 0");
        assertThatThrownBy(() -> new Setting("full", 64)).hasMessageContaining("'full' takes budget 0");
    }
}
