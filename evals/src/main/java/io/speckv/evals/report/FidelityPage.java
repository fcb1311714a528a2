package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The fidelity of compressed answers as one self-contained HTML page. */
final class FidelityPage {
    private final FidelityReport report;
    private final List<String> methods;
    private final List<String> references;
    private final List<Integer> budgets;

    private FidelityPage(FidelityReport report) {
        this.report = report;
        this.methods = List.copyOf(new LinkedHashSet<>(
                compressed(report.cells()).stream().map(FidelityCell::method).toList()));
        this.references = report.cells().stream()
                .filter(cell -> cell.budget() == 0)
                .map(FidelityCell::method)
                .distinct()
                .toList();
        this.budgets = compressed(report.cells()).stream()
                .map(FidelityCell::budget)
                .distinct()
                .sorted()
                .toList();
    }

    /** Returns the page; the same report gives the same page. */
    static String render(FidelityReport report) {
        return new FidelityPage(report).write();
    }

    private static List<FidelityCell> compressed(List<FidelityCell> cells) {
        return cells.stream().filter(cell -> cell.budget() > 0).toList();
    }

    private String write() {
        StringBuilder page = new StringBuilder(HtmlReport.opening("Fidelity to the full cache's answers"));
        list(page, report.advice());
        page.append("<p>Repeat with</p>\n<code>")
                .append(Svg.escape(report.command()))
                .append("</code>\n");
        list(page, report.notes());
        for (int length : report.lengths()) {
            List<FidelityCell> cells = report.cells(length);
            page.append("<h2>Prompts of ")
                    .append(Labels.lengthGroup(length))
                    .append(" tokens</h2>\n<p>Bars are 95% confidence intervals over the prompts.</p>\n");
            page.append("<div class=\"charts\">\n");
            charts(cells)
                    .forEach(chart ->
                            page.append("<figure>\n").append(chart.svg()).append("</figure>\n"));
            page.append("</div>\n<pre>\n")
                    .append(Svg.escape(
                            FidelityTable.render(new FidelityReport(report.command(), List.of(), List.of(), cells))))
                    .append("</pre>\n");
        }
        return page.append("</body>\n</html>\n").toString();
    }

    private static void list(StringBuilder page, List<String> sentences) {
        if (!sentences.isEmpty()) {
            page.append("<ul>\n");
            sentences.forEach(
                    sentence -> page.append("<li>").append(Svg.escape(sentence)).append("</li>\n"));
            page.append("</ul>\n");
        }
    }

    private List<LineChart> charts(List<FidelityCell> cells) {
        List<LineChart> charts = new ArrayList<>();
        if (budgets.isEmpty()) {
            return charts;
        }
        charts.add(byBudget(
                "Likelihood lost",
                "% of a token's",
                cells,
                cell -> Optional.ofNullable(cell.lost()).map(FidelityPage::percent)));
        charts.add(byBudget(
                "Equal answers",
                "% of answers",
                cells,
                cell -> Optional.of(new Estimate(
                        100 * cell.equal(),
                        100 * cell.equalInterval().low(),
                        100 * cell.equalInterval().high()))));
        charts.add(timeByBudget("Time to first token", cells, FidelityCell::firstTokenMillis));
        charts.add(timeByBudget("Time to last token", cells, FidelityCell::totalMillis));
        for (int budget : budgets) {
            charts.add(byPlace(budget, cells));
        }
        return charts;
    }

    /** A gain is drawn at 0, where the axis begins; the table shows its value. */
    private static Estimate percent(Estimate lost) {
        return new Estimate(share(lost.mean()), share(lost.low()), share(lost.high()));
    }

    private static double share(double nats) {
        return Math.max(0, 100 * FidelityCell.share(nats));
    }

    /** Returns times beside those of what keeps everything, with which the others are compared. */
    private LineChart timeByBudget(String title, List<FidelityCell> cells, ToDoubleFunction<FidelityCell> millis) {
        List<Series> series = new ArrayList<>();
        for (String reference : references) {
            cell(cells, reference, 0).ifPresent(full -> {
                double value = millis.applyAsDouble(full);
                series.add(new Series(
                        reference,
                        Series.REFERENCE,
                        IntStream.range(0, budgets.size())
                                .mapToObj(column -> new Series.Point(column, value, value, value))
                                .toList()));
            });
        }
        return byBudget(series, title, "milliseconds", cells, cell -> {
            double value = millis.applyAsDouble(cell);
            return Optional.of(new Estimate(value, value, value));
        });
    }

    private LineChart byBudget(
            String title, String label, List<FidelityCell> cells, Function<FidelityCell, Optional<Estimate>> value) {
        return byBudget(new ArrayList<>(), title, label, cells, value);
    }

    private LineChart byBudget(
            List<Series> series,
            String title,
            String label,
            List<FidelityCell> cells,
            Function<FidelityCell, Optional<Estimate>> value) {
        for (String method : methods) {
            List<Series.Point> points = new ArrayList<>();
            for (int column = 0; column < budgets.size(); column++) {
                int at = column;
                cell(cells, method, budgets.get(column))
                        .flatMap(value)
                        .ifPresent(y -> points.add(new Series.Point(at, y.mean(), y.low(), y.high())));
            }
            add(series, method, points);
        }
        return chart(
                title,
                "budget (kept tokens)",
                label,
                budgets.stream().map(Labels::budget).toList(),
                series);
    }

    private LineChart byPlace(int budget, List<FidelityCell> cells) {
        List<Series> series = new ArrayList<>();
        List<String> columns = List.of();
        for (String method : methods) {
            List<FidelityCell.Places> places =
                    cell(cells, method, budget).map(FidelityCell::places).orElse(List.of());
            List<Series.Point> points = new ArrayList<>();
            for (int column = 0; column < places.size(); column++) {
                double lost = share(places.get(column).lost());
                points.add(new Series.Point(column, lost, lost, lost));
            }
            if (places.size() > columns.size()) {
                columns = places.stream().map(FidelityTable::placesLabel).toList();
            }
            add(series, method, points);
        }
        return chart(
                "Likelihood lost by place, budget " + budget, "place in the answer", "% of a token's", columns, series);
    }

    private void add(List<Series> series, String method, List<Series.Point> points) {
        if (!points.isEmpty()) {
            series.add(new Series(method, methods.indexOf(method), points));
        }
    }

    private static Optional<FidelityCell> cell(List<FidelityCell> cells, String method, int budget) {
        return cells.stream()
                .filter(cell -> cell.method().equals(method) && cell.budget() == budget)
                .findFirst();
    }

    private static LineChart chart(String title, String x, String y, List<String> columns, List<Series> series) {
        double highest = series.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Series.Point::high)
                .max()
                .orElse(1);
        return new LineChart(title, x, y, columns, LineChart.roundTop(highest), series);
    }
}
