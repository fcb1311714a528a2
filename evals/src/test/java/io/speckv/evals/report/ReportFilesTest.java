package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    @Test
    void readsBackTheJsonItWrote(@TempDir Path folder) throws IOException {
        EvalReport report = MadeUpReport.large();
        ReportFiles.write(folder, report);
        assertThat(ReportFiles.read(folder.resolve("results.json"))).isEqualTo(report);
        assertThat(folder.resolve("report.html")).content().isEqualTo(HtmlReport.render(report));
    }

    @Test
    void writesOneRowOfCsvForEachCell(@TempDir Path folder) throws IOException {
        EvalCell cell = MadeUpReport.cell("full", "vt", 1024, 0);
        EvalCell odd = new EvalCell(
                "a,\"b\"",
                "vt",
                1024,
                64,
                3,
                0.5,
                cell.interval(),
                cell.firstTokenMillis(),
                cell.totalMillis(),
                7,
                null);
        ReportFiles.write(folder, new EvalReport("t", "c", List.of(), List.of(cell, odd)));
        assertThat(folder.resolve("results.csv"))
                .content()
                .satisfies(csv -> assertThat(csv.lines())
                        .hasSize(3)
                        .anyMatch(line -> line.startsWith("full,vt,1024,0,100,0.62,0.52"))
                        .anyMatch(line -> line.startsWith("\"a,\"\"b\"\"\",vt,1024,64,3,0.5,")));
    }
}
