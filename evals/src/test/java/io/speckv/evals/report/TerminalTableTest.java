package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTableTest {
    @Test
    void staysWithinEightyColumnsHoweverManyTasksThereAre() {
        String table = TerminalTable.render(MadeUpReport.large());
        assertThat(table.lines()).allMatch(line -> line.length() <= 80);
        assertThat(table).contains("length 4k, budget 512: accuracy in %").contains("note: essays are replaced");
    }

    @Test
    void alignsMethodsTasksAndMeans() {
        EvalReport report = new EvalReport(
                "t",
                "c",
                List.of(),
                List.of(MadeUpReport.cell("full", "vt", 1024, 0), MadeUpReport.cell("speckv", "vt", 1024, 128)));
        assertThat(TerminalTable.render(report)).isEqualTo("""
                length 1k, budget 128: accuracy in %
                method   vt mean    95% CI first ms total ms KV MiB
                full   62.0 62.0 52.2-70.9     51.2    153.6    4.0
                speckv 42.0 42.0 32.8-51.8     59.2     72.0    0.5

                """);
    }

    @Test
    void aBenchmarkWithoutLengthsTellsNoneAndLongNotesAreBroken() {
        EvalReport report = new EvalReport(
                "t", "c", List.of("word ".repeat(18).strip()), List.of(MadeUpReport.cell("full", "vt", 0, 0)));
        assertThat(TerminalTable.render(report))
                .startsWith("whole cache: accuracy in %\n")
                .endsWith("note:" + " word".repeat(15) + "\n     " + " word".repeat(3) + "\n");
    }

    @Test
    void aTaskHasAColumnOnlyAtTheLengthsItWasRunAt() {
        EvalReport report = new EvalReport(
                "t",
                "c",
                List.of(),
                List.of(MadeUpReport.cell("speckv", "vt", 1024, 128), MadeUpReport.cell("speckv", "cwe", 4096, 128)));
        assertThat(TerminalTable.render(report))
                .contains("length 1k, budget 128: accuracy in %\nmethod   vt mean ")
                .contains("length 4k, budget 128: accuracy in %\nmethod  cwe mean ");
        assertThat(MarkdownTable.render(report))
                .contains("| method | vt | mean (95% CI) |")
                .contains("| method | cwe | mean (95% CI) |");
        assertThat(HtmlReport.render(report))
                .contains("<th>method</th><th>vt</th><th>mean</th>")
                .contains("<th>method</th><th>cwe</th><th>mean</th>");
    }
}
