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
}
