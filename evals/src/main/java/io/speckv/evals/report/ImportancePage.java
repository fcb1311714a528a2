package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Accuracy against the error of a draft that is made worse on purpose, as one self-contained HTML page. */
public final class ImportancePage {
    /**
     * One strength of the noise.
     *
     * @param correlation of draft and target importance
     * @param accuracy by method
     */
    public record Line(double noise, double correlation, Map<String, Accuracy> accuracy) {}

    /**
     * A mean score, 0 to 1.
     *
     * @param interval 95% confidence interval
     */
    public record Accuracy(double mean, Interval interval) {}

    private ImportancePage() {}

    /**
     * Returns the page.
     *
     * @param command that repeats it
     * @param lines by rising noise, at least one
     */
    public static String render(String command, List<Line> lines) {
        StringBuilder page = new StringBuilder(HtmlReport.opening("Draft error and accuracy"));
        page.append("<p>Noise is added to the draft's matrices; below each strength stands Spearman's correlation of ")
                .append("draft and target importance. Repeat with</p>\n<code>")
                .append(Svg.escape(command))
                .append("</code>\n<div class=\"charts\">\n<figure>\n");
        return page.append(chart(lines).svg())
                .append("</figure>\n</div>\n</body>\n</html>\n")
                .toString();
    }

    private static LineChart chart(List<Line> lines) {
        List<String> methods = List.copyOf(lines.get(0).accuracy().keySet());
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < methods.size(); i++) {
            List<Series.Point> points = new ArrayList<>();
            for (int column = 0; column < lines.size(); column++) {
                Accuracy accuracy = lines.get(column).accuracy().get(methods.get(i));
                if (accuracy != null) {
                    points.add(new Series.Point(
                            column,
                            accuracy.mean(),
                            accuracy.interval().low(),
                            accuracy.interval().high()));
                }
            }
            series.add(new Series(methods.get(i), methods.get(i).equals("full") ? Series.REFERENCE : i, points));
        }
        List<String> columns = lines.stream()
                .map(line -> String.format(Locale.ROOT, "%.2f (%.2f)", line.noise(), line.correlation()))
                .toList();
        return new LineChart("Accuracy as the draft gets worse", "noise (correlation)", "accuracy", columns, 1, series);
    }
}
