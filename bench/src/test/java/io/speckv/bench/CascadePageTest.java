package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.CascadeBench.Line;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CascadePageTest {
    private static final long MIB = 1 << 20;

    private static Line line(String method, int promptTokens, double firstTokenSeconds, long keptKvBytes) {
        return new Line(
                method,
                promptTokens,
                firstTokenSeconds,
                2 * firstTokenSeconds,
                30,
                100,
                keptKvBytes,
                8 * keptKvBytes,
                3 * keptKvBytes,
                1e9,
                Map.of());
    }

    private static String page(Line... lines) {
        return CascadePage.render(
                "Cost of <methods>", "./speckv bench cascade --tokens 512 > out.html", List.of(lines));
    }

    private static long count(String page, String what) {
        return Pattern.compile(Pattern.quote(what)).matcher(page).results().count();
    }

    @Test
    void hasAChartForEachCost() {
        String page = page(line("full", 512, 0.5, MIB), line("speckv", 512, 0.25, MIB / 4));
        assertThat(count(page, "<figure>")).isEqualTo(4);
        assertThat(count(page, "</figure>")).isEqualTo(4);
        assertThat(page)
                .contains("Time to first token", "Time to last token", "KV cache while decoding")
                .contains("Memory that the request needed", "seconds", "MiB", "prompt tokens");
    }

    @Test
    void standsAloneAndSaysHowToRepeatIt() {
        String page = page(line("full", 512, 0.5, MIB));
        assertThat(page)
                .contains("<code>./speckv bench cascade --tokens 512 &gt; out.html</code>")
                .contains("Cost of &lt;methods&gt;")
                .endsWith("</div>\n</body>\n</html>\n")
                .doesNotContain("<methods>", "src=", "@import", "<script");
    }

    @Test
    void everyMethodIsNamedInEveryChart() {
        String page =
                page(line("full", 512, 0.5, MIB), line("speckv", 512, 0.25, MIB), line("speckv-pc", 512, 0.1, MIB));
        for (String method : List.of("full", "speckv", "speckv-pc")) {
            assertThat(count(page, ">" + method + "<")).as(method).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void lengthsAreColumnsInAscendingOrderWhateverOrderTheyWereMeasuredIn() {
        String page = page(line("full", 2048, 2, 4 * MIB), line("full", 512, 0.5, MIB), line("full", 1024, 1, 2 * MIB));
        String chart = page.substring(page.indexOf("<svg"), page.indexOf("</svg>"));
        assertThat(chart.indexOf(">512<")).isBetween(0, chart.indexOf(">1024<") - 1);
        assertThat(chart.indexOf(">1024<")).isLessThan(chart.indexOf(">2048<"));
    }

    @Test
    void aMethodThatWasNotMeasuredEverywhereHasFewerPoints() {
        String page = page(line("full", 512, 0.5, MIB), line("full", 1024, 1, MIB), line("h2o", 1024, 0.7, MIB));
        assertThat(page).contains(">h2o<");
    }

    @Test
    void aCostOfNothingIsDrawnToo() {
        assertThat(page(line("full", 512, 0, 0))).contains(">full<").doesNotContain("NaN", "Infinity");
    }
}
