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

    /**
     * How far two groups of layers agree, from the one named to the last.
     *
     * @param draftFrom first layer of the draft that scores
     * @param targetFrom first layer of the target that scores
     * @param pearson Pearson's r of the importances
     * @param spearman Spearman's rho of the importances
     * @param overlap share of the target's most important tokens that are among the draft's
     * @param massRecall share of the target's importance that is on the draft's most important tokens
     */
    public record Layers(
            int draftFrom, int targetFrom, double pearson, double spearman, double overlap, double massRecall) {}

    private ImportancePage() {}

    /**
     * Returns the page.
     *
     * @param command that repeats it
     * @param top number of most important tokens that are compared
     * @param layers how groups of layers agree
     * @param lines by rising noise, at least one
     */
    public static String render(String command, int top, List<Layers> layers, List<Line> lines) {
        StringBuilder page = new StringBuilder(HtmlReport.opening("Draft error and accuracy"));
        page.append("<p>Noise is added to the draft's matrices; below each strength stands Spearman's correlation of ")
                .append("draft and target importance. Repeat with</p>\n<code>")
                .append(Svg.escape(command))
                .append("</code>\n<div class=\"charts\">\n<figure>\n");
        page.append(chart(lines).svg()).append("</figure>\n</div>\n");
        page.append("<h2>Layers that score</h2>\n<p>From the one named to the last; means over prompts.</p>\n");
        page.append("<div class=\"scroll\"><table>\n<tr><th>draft from</th><th>target from</th><th>Pearson</th>")
                .append("<th>Spearman</th><th>overlap of top ")
                .append(top)
                .append("</th><th>importance on them</th></tr>\n");
        layers.forEach(group -> page.append(String.format(
                Locale.ROOT,
                "<tr><td>%d</td><td>%d</td><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>\n",
                group.draftFrom(),
                group.targetFrom(),
                group.pearson(),
                group.spearman(),
                group.overlap(),
                group.massRecall())));
        return page.append("</table></div>\n</body>\n</html>\n").toString();
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
