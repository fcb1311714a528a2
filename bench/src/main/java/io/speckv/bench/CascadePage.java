package io.speckv.bench;

import io.speckv.evals.report.HtmlReport;
import io.speckv.evals.report.LineChart;
import io.speckv.evals.report.Series;
import io.speckv.evals.report.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The cost of methods against prompt length, as one self-contained HTML page. */
public final class CascadePage {
    private final String title;
    private final String command;
    private final List<CascadeBench.Line> lines;
    private final List<Integer> lengths;
    private final List<String> methods;

    private CascadePage(String title, String command, List<CascadeBench.Line> lines) {
        this.title = title;
        this.command = command;
        this.lines = lines;
        this.lengths = lines.stream()
                .map(CascadeBench.Line::promptTokens)
                .distinct()
                .sorted()
                .toList();
        this.methods = lines.stream().map(CascadeBench.Line::method).distinct().toList();
    }

    /**
     * Returns the page.
     *
     * @param command that repeats the measurement
     * @param lines at least one
     */
    public static String render(String title, String command, List<CascadeBench.Line> lines) {
        return new CascadePage(title, command, lines).write();
    }

    private String write() {
        StringBuilder page = new StringBuilder(HtmlReport.opening(title));
        page.append("<p>Repeat with</p>\n<code>")
                .append(Svg.escape(command))
                .append("</code>\n<div class=\"charts\">\n");
        page.append(chart("Time to first token", "seconds", CascadeBench.Line::firstTokenSeconds));
        page.append(chart("Time to last token", "seconds", CascadeBench.Line::totalSeconds));
        page.append(chart("KV cache while decoding", "MiB", line -> line.keptKvBytes() / mib()));
        page.append(chart("Memory that the request needed", "MiB", line -> line.peakBytes() / mib()));
        return page.append("</div>\n</body>\n</html>\n").toString();
    }

    private static double mib() {
        return 1 << 20;
    }

    private String chart(String what, String unit, ToDoubleFunction<CascadeBench.Line> value) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < methods.size(); i++) {
            String method = methods.get(i);
            List<Series.Point> points = lines.stream()
                    .filter(line -> line.method().equals(method))
                    .map(line -> point(lengths.indexOf(line.promptTokens()), value.applyAsDouble(line)))
                    .toList();
            series.add(new Series(method, method.equals("full") ? Series.REFERENCE : i, points));
        }
        double top = lines.stream().mapToDouble(value).max().orElse(1);
        List<String> columns = lengths.stream().map(String::valueOf).toList();
        LineChart chart = new LineChart(what, "prompt tokens", unit, columns, LineChart.roundTop(top), series);
        return "<figure>\n" + chart.svg() + "</figure>\n";
    }

    private static Series.Point point(int column, double value) {
        return new Series.Point(column, value, value, value);
    }
}
