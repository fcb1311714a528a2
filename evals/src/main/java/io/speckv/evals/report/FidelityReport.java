package io.speckv.evals.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All results about the fidelity of compressed answers.
 *
 * @param command that repeats it
 * @param notes for readers
 * @param advice one sentence for each group of lengths
 * @param cells by length, then in the order of the methods
 */
public record FidelityReport(String command, List<String> notes, List<String> advice, List<FidelityCell> cells) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public FidelityReport {
        notes = List.copyOf(notes);
        advice = List.copyOf(advice);
        cells = List.copyOf(cells);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("a report of fidelity has no cells, needs at least one");
        }
    }

    /**
     * Returns a report with advice.
     *
     * @param acceptedLoss share of a token's likelihood that may be lost, 0 to 1
     */
    public static FidelityReport of(String command, List<String> notes, double acceptedLoss, List<FidelityCell> cells) {
        FidelityReport silent = new FidelityReport(command, notes, List.of(), cells);
        List<String> advice = silent.lengths().stream()
                .map(length -> FidelityAdvice.of(length, silent.cells(length), acceptedLoss))
                .toList();
        return new FidelityReport(command, notes, advice, cells);
    }

    /** Returns the groups of lengths, ascending. */
    List<Integer> lengths() {
        return cells.stream().map(FidelityCell::length).distinct().sorted().toList();
    }

    /** Returns the cells of a group of lengths. */
    List<FidelityCell> cells(int length) {
        return cells.stream().filter(cell -> cell.length() == length).toList();
    }

    /** Returns the report as JSON, with a line end at its end. */
    public String json() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    }

    /** Writes {@code results.json} and {@code report.html} into {@code folder}; existing files are replaced. */
    public void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("results.json"), json());
        Files.writeString(folder.resolve("report.html"), FidelityPage.render(this));
    }
}
