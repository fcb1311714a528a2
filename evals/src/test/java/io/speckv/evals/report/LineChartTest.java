package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class LineChartTest {
    private static Series series(String name, int style, double... values) {
        List<Series.Point> points = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            points.add(new Series.Point(i, values[i], values[i] * 0.9, values[i] * 1.1));
        }
        return new Series(name, style, points);
    }

    private static LineChart chart(double top, Series... series) {
        return new LineChart("t", "x", "y", List.of("64", "128", "256"), top, List.of(series));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "1, 1",
        "0.3, 0.3",
        "0.31, 0.4",
        "4.9, 5",
        "5, 5",
        "5.1, 7.5",
        "12, 12.5",
        "99, 100",
        "101, 125",
        "1234, 1250",
        "47, 50",
        "0.07, 0.075",
        "1e6, 1e6"
    })
    void theTopIsTheNextValueThatFiveRoundStepsReach(double value, double top) {
        assertThat(LineChart.roundTop(value)).isCloseTo(top, within(top * 1e-12));
    }

    @Test
    void theTopIsAtLeastTheValueAndNeverMuchMore() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            double value = Math.pow(10, 16 * random.nextDouble() - 8);
            assertThat(LineChart.roundTop(value)).isBetween(value, value * 1.55);
        }
        assertThat(LineChart.roundTop(0)).isPositive();
    }

    @ParameterizedTest(name = "top {0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            100   | 0, 20, 40, 60, 80, 100
            5     | 0, 1, 2, 3, 4, 5
            12.5  | 0.0, 2.5, 5.0, 7.5, 10.0, 12.5
            7.5   | 0.0, 1.5, 3.0, 4.5, 6.0, 7.5
            1     | 0.0, 0.2, 0.4, 0.6, 0.8, 1.0
            0.75  | 0.00, 0.15, 0.30, 0.45, 0.60, 0.75
            0.3   | 0.00, 0.06, 0.12, 0.18, 0.24, 0.30
            0.01  | 0.000, 0.002, 0.004, 0.006, 0.008, 0.010
            1250  | 0, 250, 500, 750, 1000, 1250
            """)
    void gridLinesAreLabelledWithWhatTheyAre(double top, String labels) {
        List<String> ticks = Pattern.compile("text-anchor=\"end\">([^<]*)<")
                .matcher(chart(LineChart.roundTop(top), series("a", 0, 1)).svg())
                .results()
                .map(tick -> tick.group(1))
                .toList();
        assertThat(String.join(", ", ticks)).isEqualTo(labels);
    }

    @Test
    void whatAPointIsToldToBeIsAsFineAsItsGrid() {
        assertThat(chart(100, series("a", 0, 87.64)).svg()).contains("<title>a, x 64: 87.6 (78.9 to 96.4)</title>");
        assertThat(chart(1, series("a", 0, 0.876)).svg()).contains("<title>a, x 64: 0.88 (0.79 to 0.96)</title>");
        assertThat(chart(0.3, series("a", 0, 0.1234)).svg()).contains("<title>a, x 64: 0.123 (0.111 to 0.136)</title>");
    }

    @Test
    void namesStandAtLeastALineApartInOrderAndAsNearAsTheyCan() {
        Random random = new Random(2);
        for (int run = 0; run < 500; run++) {
            double[] wanted =
                    random.doubles(1 + random.nextInt(15), 38, 288).sorted().toArray();
            double[] places = LineChart.spread(wanted);
            for (int i = 0; i < places.length; i++) {
                assertThat(places[i]).isLessThanOrEqualTo(288);
                if (i > 0) {
                    assertThat(places[i] - places[i - 1]).isGreaterThanOrEqualTo(14 - 1e-9);
                }
            }
        }
        assertThat(LineChart.spread(new double[] {50, 100, 200})).containsExactly(50, 100, 200);
        assertThat(LineChart.spread(new double[] {100, 100, 100})).containsExactly(100, 114, 128);
        assertThat(LineChart.spread(new double[] {280, 285})).containsExactly(274, 288);
    }

    @Test
    void theChartIsAsWideAsItsLongestNameNeeds() {
        assertThat(width(chart(1, series("full", 0, 1)))).isEqualTo(560);
        assertThat(width(chart(1, series("corrected-speckv@paper", 0, 1), series("full", 1, 1))))
                .isBetween(451 + 22 * 7, 451 + 22 * 8);
    }

    private static int width(LineChart chart) {
        MatchResult box = Pattern.compile("viewBox=\"0 0 (\\d+) ")
                .matcher(chart.svg())
                .results()
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(box.group(1));
    }

    @Test
    void whateverIsNamedTheChartIsWellFormed() throws Exception {
        String name = "<a & \"b\" 'c' 😀>";
        LineChart chart = new LineChart(
                name,
                name,
                name,
                List.of(name, "2"),
                1,
                List.of(series(name, Series.REFERENCE, 0.5, 2), series("b", 9, 0)));
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(chart.svg())))
                        .getElementsByTagName("text")
                        .item(0)
                        .getTextContent())
                .isEqualTo(name);
    }

    @Test
    void methodsDifferInMoreThanTheirColour() {
        List<String> signs = new ArrayList<>();
        for (int style = Series.REFERENCE; style < 12; style++) {
            Series one = series("m", style, 1);
            signs.add(one.colourClass() + " " + one.dashes() + " " + one.markerElement());
            assertThat(one.marker(3, 4)).startsWith("<" + one.markerElement() + " class=\"mark\" ");
        }
        assertThat(signs).doesNotHaveDuplicates();
    }

    @Test
    void pointsStandInTheirColumnsAndAboveTheTopAtTheTop() {
        String svg = chart(10, series("a", 0, 0, 5, 20)).svg();
        MatchResult line = Pattern.compile("points=\"([^\"]*)\"")
                .matcher(svg)
                .results()
                .findFirst()
                .orElseThrow();

        double[] numbers = Arrays.stream(line.group(1).strip().split("[ ,]", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(numbers[2] - numbers[0]).isCloseTo(numbers[4] - numbers[2], within(0.11));
        assertThat(numbers[1]).isEqualTo(288);
        assertThat(numbers[3]).isEqualTo((288 + 38) / 2.0);
        assertThat(numbers[5]).isEqualTo(38);
    }

    @Test
    void aSeriesWithoutPointsIsRefused() {
        assertThatThrownBy(() -> new Series("a", 0, List.of()))
                .hasMessage("series 'a' has no points, needs at least one");
    }
}
