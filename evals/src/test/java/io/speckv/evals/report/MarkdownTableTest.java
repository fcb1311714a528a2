package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {
    @Test
    void everyLengthAndBudgetHasARowForEachMethodWithItsInterval() {
        EvalReport report = new EvalReport(
                "t",
                "./speckv eval ruler",
                List.of("a note"),
                List.of(MadeUpReport.cell("full", "vt", 1024, 0), MadeUpReport.cell("speckv", "vt", 1024, 128)));
        assertThat(MarkdownTable.render(report)).isEqualTo("""
                `./speckv eval ruler`

                **Length 1k, budget 128**

                | method | vt | mean (95% CI) | first token ms | total ms | KV MiB |
                |---|---:|---:|---:|---:|---:|
                | full | 62.0 (52-71) | 62.0 (52-71) | 51.2 | 153.6 | 4.0 |
                | speckv | 42.0 (33-52) | 42.0 (33-52) | 59.2 | 72.0 | 0.5 |

                - a note
                """);
    }
}
