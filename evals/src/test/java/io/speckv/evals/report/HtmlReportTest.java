package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final String PAGE = HtmlReport.render(MadeUpReport.large());

    @Test
    void loadsNothingFromOutside() {
        assertThat(PAGE)
                .doesNotContain("http")
                .doesNotContain("src=")
                .doesNotContain("<script")
                .doesNotContain("url(");
    }

    @Test
    void escapesWhatUsersWrote() {
        assertThat(PAGE).contains("R&amp;D &lt;numbers&gt; are made up");
    }

    @Test
    void drawsAChartForEveryLengthBudgetAndTask() {
        assertThat(Pattern.compile("<svg ").matcher(PAGE).results().count()).isEqualTo(3 + 3 + 9 + 9);
        assertThat(PAGE).contains("Prompts of 4k tokens").contains("Budget 256").contains("KV cache of the target");
    }

    @Test
    void drawsCostsAgainstTheBudgetWhereThereIsOneLength() {
        EvalReport report = new EvalReport(
                "LongBench",
                "c",
                List.of(),
                List.of(
                        MadeUpReport.cell("speckv", "vt", 0, 128),
                        MadeUpReport.cell("speckv", "cwe", 0, 128),
                        MadeUpReport.cell("speckv", "vt", 0, 256),
                        MadeUpReport.cell("speckv", "cwe", 0, 256)));
        assertThat(new Charts(report).costs())
                .hasSize(3)
                .allSatisfy(chart -> assertThat(chart.columns()).containsExactly("128", "256"))
                .allSatisfy(chart -> assertThat(chart.series().get(0).points()).hasSize(2));
        assertThat(HtmlReport.render(report))
                .contains("<caption>Budget 128</caption>")
                .doesNotContain("length");
    }

    @Test
    void drawsEachTaskAtItsOwnGreatestLength() {
        EvalReport report = new EvalReport(
                "files",
                "c",
                List.of(),
                List.of(MadeUpReport.cell("speckv", "vt", 1024, 128), MadeUpReport.cell("speckv", "cwe", 4096, 128)));
        assertThat(new Charts(report).accuracyByTask())
                .extracting(LineChart::title)
                .containsExactly("vt, 1k tokens", "cwe, 4k tokens");
        assertThat(new Charts(report).accuracyByTask())
                .allSatisfy(chart -> assertThat(chart.series()).hasSize(1));
    }

    @Test
    void writesChartsAsWellFormedXmlWithEveryMethodNamedOnce() throws Exception {
        LineChart chart = new Charts(MadeUpReport.large()).accuracyByBudget().get(0);
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())));
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(8);
        assertThat(Pattern.compile(">speckv-pc</text>")
                        .matcher(chart.svg())
                        .results()
                        .count())
                .isEqualTo(1);
        assertThat(Pattern.compile("class=\"bar\"")
                        .matcher(chart.svg())
                        .results()
                        .count())
                .isEqualTo(8 * 3);
    }

    @Test
    void keepsNamesApartAndInsideTheChart() {
        double[] places = LineChart.spread(new double[] {40, 41, 42, 280, 287, 288});
        for (int i = 1; i < places.length; i++) {
            assertThat(places[i] - places[i - 1]).isGreaterThanOrEqualTo(14);
        }
        assertThat(places[places.length - 1]).isLessThanOrEqualTo(288);
        assertThat(places[0]).isEqualTo(40);
    }

    @Test
    void roundsTheTopOfAnAxisToFiveRoundSteps() {
        assertThat(LineChart.roundTop(97)).isEqualTo(100);
        assertThat(LineChart.roundTop(101)).isEqualTo(125);
        assertThat(LineChart.roundTop(0.43)).isEqualTo(0.5);
        assertThat(LineChart.roundTop(260)).isEqualTo(300);
        assertThat(LineChart.roundTop(2300)).isEqualTo(2500);
    }

    @Test
    void writesThePageForALook() throws IOException {
        Path page = Path.of("target", "report-of-made-up-values.html");
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, PAGE);
        assertThat(page).content().isEqualTo(PAGE);
    }
}
