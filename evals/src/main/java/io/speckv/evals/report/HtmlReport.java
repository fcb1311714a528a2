package io.speckv.evals.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results as one self-contained HTML page with its styles and charts, without scripts. */
public final class HtmlReport {
    private final EvalReport report;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(EvalReport report) {
        this.report = report;
    }

    /** Returns the page; the same report gives the same page. */
    public static String render(EvalReport report) {
        return new HtmlReport(report).write();
    }

    private String write() {
        page.append(opening(report.title()));
        heading();
        Charts charts = new Charts(report);
        String mean = report.tasks().size() == 1 ? "" : "Mean over the tasks. ";
        section("Accuracy against budget", mean + "Bars are 95% confidence intervals.", charts.accuracyByBudget());
        if (report.lengths().size() > 1) {
            section("Accuracy against length", mean + "Bars are 95% confidence intervals.", charts.accuracyByLength());
        }
        section("Latency and memory", "Medians over the samples of a task, then the mean over tasks.", charts.costs());
        if (report.tasks().size() > 1) {
            String lengths = report.lengths().size() == 1 ? "" : "Each at its greatest length. ";
            section("Task by task", lengths + "Bars are 95% confidence intervals.", charts.accuracyByTask());
        }
        tables();
        return page.append("</body>\n</html>\n").toString();
    }

    /** Returns the beginning of a page up to its first heading. */
    public static String opening(String title) {
        String escaped = Svg.escape(title);
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escaped
                + "</title>\n<style>\n" + style() + "</style>\n</head>\n<body>\n<h1>" + escaped + "</h1>\n";
    }

    private void heading() {
        page.append("<p>Repeat with</p>\n<code>")
                .append(Svg.escape(report.command()))
                .append("</code>\n");
        if (!report.notes().isEmpty()) {
            page.append("<ul>\n");
            report.notes()
                    .forEach(
                            note -> page.append("<li>").append(Svg.escape(note)).append("</li>\n"));
            page.append("</ul>\n");
        }
    }

    private void section(String heading, String explanation, List<LineChart> charts) {
        page.append("<h2>")
                .append(heading)
                .append("</h2>\n<p>")
                .append(explanation)
                .append("</p>\n");
        page.append("<div class=\"charts\">\n");
        charts.forEach(chart -> page.append("<figure>\n").append(chart.svg()).append("</figure>\n"));
        page.append("</div>\n");
    }

    private void tables() {
        page.append("<h2>All numbers</h2>\n<p>Accuracy in % with its 95% confidence interval below.</p>\n");
        for (int length : report.lengths()) {
            for (int budget : report.budgetGroups()) {
                table(length, budget);
            }
        }
    }

    private void table(int length, int budget) {
        page.append("<div class=\"scroll\"><table>\n<caption>")
                .append(Labels.heading(length, budget))
                .append("</caption>\n<tr><th>method</th>");
        report.tasks(length)
                .forEach(task -> page.append("<th>").append(Svg.escape(task)).append("</th>"));
        page.append("<th>mean</th>")
                .append(report.asksForForm(length) ? "<th>obedience</th>" : "")
                .append("<th>first token ms</th><th>last token ms</th><th>KV MiB</th><th>samples</th></tr>\n");
        for (String method : report.methods()) {
            List<EvalCell> cells = report.cells(method, length, budget);
            if (!cells.isEmpty()) {
                row(method, length, cells);
            }
        }
        page.append("</table></div>\n");
    }

    private void row(String method, int length, List<EvalCell> cells) {
        page.append("<tr><td>").append(Svg.escape(method)).append("</td>");
        for (String task : report.tasks(length)) {
            page.append("<td>");
            cells.stream()
                    .filter(cell -> cell.task().equals(task))
                    .findFirst()
                    .ifPresentOrElse(
                            cell -> accuracy(
                                    cell.accuracy(),
                                    cell.interval().low(),
                                    cell.interval().high()),
                            () -> page.append('-'));
            page.append("</td>");
        }
        MethodMean mean = MethodMean.of(cells);
        page.append("<td>");
        accuracy(mean.accuracy(), mean.interval().low(), mean.interval().high());
        if (report.asksForForm(length)) {
            page.append("</td><td>");
            obedience(mean.obedience());
        }
        page.append("</td><td>").append(Labels.decimal(mean.firstTokenMillis()));
        page.append("</td><td>").append(Labels.decimal(mean.totalMillis()));
        page.append("</td><td>").append(Labels.decimal(mean.kvMebibytes()));
        page.append("</td><td>")
                .append(cells.stream().mapToInt(EvalCell::samples).sum())
                .append("</td></tr>\n");
    }

    private void obedience(@Nullable Obedience form) {
        if (form == null) {
            page.append('-');
        } else {
            accuracy(form.share(), form.interval().low(), form.interval().high());
        }
    }

    private void accuracy(double mean, double low, double high) {
        page.append(Labels.percent(mean)).append("<small>");
        page.append(Labels.percent(low))
                .append(" to ")
                .append(Labels.percent(high))
                .append("</small>");
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read report.css", e);
        }
    }
}
