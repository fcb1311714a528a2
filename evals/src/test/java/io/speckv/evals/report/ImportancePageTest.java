package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.stats.Interval;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportancePageTest {
    private static final ImportancePage.Line LINE = new ImportancePage.Line(
            0.1, 0.87, Map.of("specpc", new ImportancePage.Accuracy(0.75, new Interval(0.5, 1))));

    @Test
    void showsAccuracyByNoiseAndHowLayersAgree() {
        String page = ImportancePage.render(
                "./speckv eval importance --top 64",
                64,
                List.of(
                        new ImportancePage.Layers(0, 2, 0.5, 0.625, 0.75, 0.875),
                        new ImportancePage.Layers(1, 2, -0.25, 0.1, 1, 0.5)),
                List.of(LINE));

        assertThat(page)
                .contains("./speckv eval importance --top 64")
                .contains("<title>specpc, noise (correlation) 0.10 (0.87): 0.75 (0.50 to 1.00)</title>")
                .contains("<th>overlap of top 64</th>")
                .contains("<td>0</td><td>2</td><td>0.500</td><td>0.625</td><td>0.750</td><td>0.875</td>")
                .contains("<td>1</td><td>2</td><td>-0.250</td><td>0.100</td><td>1.000</td><td>0.500</td>")
                .endsWith("</html>\n");
    }
}
