package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.stats.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The second column of tasks that ask for a form. */
class ObedienceTest {
    private static final EvalReport REPORT = new EvalReport(
            "t",
            "c",
            List.of(),
            List.of(
                    MadeUpReport.obeying("specpc", "chat_form", 1024, 128),
                    MadeUpReport.cell("specpc", "chat_tool", 1024, 128),
                    MadeUpReport.cell("speckv", "chat_tool", 1024, 128),
                    MadeUpReport.cell("speckv", "vt", 2048, 128)));

    @Test
    void standsBesideAccuracyAtTheLengthsThatHaveIt() {
        assertThat(MarkdownTable.render(REPORT))
                .contains("""
                | method | chat_form | chat_tool | mean (95% CI) | obedience (95% CI) | first token ms | total ms | KV MiB |
                """)
                .contains("| 70.0 (60-78) |")
                .contains("| - |")
                .contains("""
                | method | vt | mean (95% CI) | first token ms | total ms | KV MiB |
                """);
        assertThat(TerminalTable.render(REPORT))
                .contains(" obeyed    95% CI")
                .contains(" 70.0 60.4-78.1 ")
                .contains("method   vt mean    95% CI first ms");
        assertThat(HtmlReport.render(REPORT))
                .contains("<th>mean</th><th>obedience</th><th>first token ms</th>")
                .contains("<td>70.0<small>60.4 to 78.1</small></td>")
                .contains("<th>vt</th><th>mean</th><th>first token ms</th>");
    }

    @Test
    void isReadBackAsItWasWritten(@TempDir Path folder) throws IOException {
        ReportFiles.write(folder, REPORT);

        assertThat(ReportFiles.read(folder.resolve("results.json"))).isEqualTo(REPORT);
        assertThat(folder.resolve("results.csv"))
                .content()
                .contains("kv_bytes,obedience,obedience_ci_low,obedience_ci_high\n")
                .contains(",0.7,0.60415145")
                .contains(",,,\n");
    }

    @Test
    void isAShare() {
        assertThatThrownBy(() -> new Obedience(1.5, new Interval(0, 1))).hasMessageContaining("share is 1.5");
    }
}
