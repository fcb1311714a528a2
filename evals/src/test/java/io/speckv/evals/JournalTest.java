package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final List<Line> LINES = List.of(
            new Line("first", 1, List.of()),
            new Line("日本 é 😀\r\n\u2028 \" \\ \u0000", -1e-300, List.of(0.1, Double.NEGATIVE_INFINITY)),
            new Line("", Double.NaN, List.of(Double.MAX_VALUE, -0.0)));

    @TempDir
    private Path folder;

    private Path file;
    private Journal<Line> journal;

    record Line(String text, double number, List<Double> numbers) {}

    @BeforeEach
    void journal() {
        file = folder.resolve("journal.jsonl");
        journal = new Journal<>(file, Line.class);
    }

    private void addAll() throws IOException {
        for (Line line : LINES) {
            journal.add(line);
        }
    }

    @Test
    void aRunThatHasNotBegunHasFinishedNothing() throws IOException {
        assertThat(journal.read()).isEmpty();
        assertThat(file).doesNotExist();
        Files.createFile(file);
        assertThat(journal.read()).isEmpty();
    }

    @Test
    void whatIsFinishedIsReadAsItWasByTheNextRun() throws IOException {
        addAll();

        assertThat(new Journal<>(file, Line.class).read()).isEqualTo(LINES);
        assertThat(Files.readAllLines(file)).hasSize(LINES.size());
    }

    @Test
    void whereverARunWasKilledWhatWasWholeStaysAndTheRestIsWrittenAgain() throws IOException {
        addAll();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            byte[] left = Arrays.copyOf(whole, length);
            Files.write(file, left);
            int lines = (int) new String(left, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();

            assertThat(journal.read()).as("%d bytes", length).isEqualTo(LINES.subList(0, lines));
            for (Line line : LINES.subList(lines, LINES.size())) {
                journal.add(line);
            }
            assertThat(Files.readAllBytes(file)).as("%d bytes", length).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no JSON", "", "{\"text\": \"t\", \"numb", "[1]", "{\"text\": \"t\", \"other\": 1}"})
    void aWholeLineThatIsNoneOfThisJournalIsNamed(String wrong) throws IOException {
        journal.add(LINES.get(0));
        Files.writeString(file, Files.readString(file) + wrong + "\n");
        journal.add(LINES.get(2));

        assertThatThrownBy(journal::read)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ":2 is not a finished sample: ");
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void aWholeLineThatIsNotTextIsNamed() throws IOException {
        journal.add(LINES.get(0));
        Files.write(file, new byte[] {'"', (byte) 0xff, '"', '\n'}, StandardOpenOption.APPEND);

        assertThatThrownBy(journal::read)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ":2 is not a finished sample: ");
    }

    @Test
    void linesOfManyThreadsStayWhole() throws Exception {
        int threads = 8;
        int each = 20;
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String name = "thread " + thread + " 😀".repeat(200);
                done.add(workers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        journal.add(new Line(name, i, List.of()));
                        journal.read();
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            workers.shutdownNow();
        }

        assertThat(journal.read()).hasSize(threads * each).doesNotHaveDuplicates();
    }
}
