package io.speckv.evals.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a report as {@code results.json}, {@code results.csv} and {@code report.html}. */
public final class ReportFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CSV_HEADING = "method,task,length,budget,samples,accuracy,ci_low,ci_high,"
            + "first_token_ms,total_ms,kv_bytes,"
            + "obedience,obedience_ci_low,obedience_ci_high\n";

    private ReportFiles() {}

    /** Writes all three files into {@code folder}, which is created if missing; existing files are replaced. */
    public static void write(Path folder, EvalReport report) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.json"), json(report));
        Files.writeString(folder.resolve("results.csv"), csv(report));
        Files.writeString(folder.resolve("report.html"), HtmlReport.render(report));
    }

    /** Returns a report that {@link #write} wrote as {@code results.json}. */
    public static EvalReport read(Path json) throws IOException {
        return JSON.readValue(Files.readString(json), EvalReport.class);
    }

    private static String json(EvalReport report) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    }

    private static String csv(EvalReport report) {
        StringBuilder text = new StringBuilder(CSV_HEADING);
        for (EvalCell cell : report.cells()) {
            List<Object> row = List.of(
                    quoted(cell.method()),
                    quoted(cell.task()),
                    cell.length(),
                    cell.budget(),
                    cell.samples(),
                    cell.accuracy(),
                    cell.interval().low(),
                    cell.interval().high(),
                    cell.firstTokenMillis(),
                    cell.totalMillis(),
                    cell.kvBytes(),
                    Labels.or("", cell.obedience(), Obedience::share),
                    Labels.or("", cell.obedience(), form -> form.interval().low()),
                    Labels.or("", cell.obedience(), form -> form.interval().high()));
            text.append(String.join(",", row.stream().map(Object::toString).toList()));
            text.append('\n');
        }
        return text.toString();
    }

    /** Quotes names that would break a row, as RFC 4180 says. */
    private static String quoted(String name) {
        return name.matches("[^,\"\\r\\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
