package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.List;

/** The results as Markdown tables for a document, one for each length and budget. */
public final class MarkdownTable {
    private MarkdownTable() {}

    /** Returns the tables, each under a heading; the notes follow as a list. */
    public static String render(EvalReport report) {
        StringBuilder text = new StringBuilder();
        text.append("`").append(report.command()).append("`\n");
        for (int length : report.lengths()) {
            for (int budget : report.budgetGroups()) {
                text.append("\n**").append(Labels.heading(length, budget)).append("**\n\n");
                table(report, length, budget, text);
            }
        }
        text.append('\n');
        report.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        return text.toString();
    }

    private static void table(EvalReport report, int length, int budget, StringBuilder text) {
        List<String> heading = new ArrayList<>(List.of("method"));
        heading.addAll(report.tasks(length));
        heading.add("mean (95% CI)");
        if (report.asksForForm(length)) {
            heading.add("obedience (95% CI)");
        }
        heading.addAll(List.of("first token ms", "total ms", "KV MiB"));
        row(heading, text);
        text.append("|---").append("|---:".repeat(heading.size() - 1)).append("|\n");
        for (String method : report.methods()) {
            report.mean(method, length, budget)
                    .ifPresent(mean -> row(cells(report, method, length, budget, mean), text));
        }
    }

    private static List<String> cells(EvalReport report, String method, int length, int budget, MethodMean mean) {
        List<String> cells = new ArrayList<>(List.of(method));
        for (String task : report.tasks(length)) {
            cells.add(report.cells(method, length, budget).stream()
                    .filter(cell -> cell.task().equals(task))
                    .map(cell -> interval(
                            cell.accuracy(),
                            cell.interval().low(),
                            cell.interval().high()))
                    .findFirst()
                    .orElse("-"));
        }
        cells.add(
                interval(mean.accuracy(), mean.interval().low(), mean.interval().high()));
        if (report.asksForForm(length)) {
            cells.add(Labels.or(
                    "-",
                    mean.obedience(),
                    form -> interval(
                            form.share(), form.interval().low(), form.interval().high())));
        }
        cells.add(Labels.decimal(mean.firstTokenMillis()));
        cells.add(Labels.decimal(mean.totalMillis()));
        cells.add(Labels.decimal(mean.kvMebibytes()));
        return cells;
    }

    private static String interval(double value, double low, double high) {
        return Labels.percent(value) + " (" + Math.round(low * 100) + "-" + Math.round(high * 100) + ")";
    }

    private static void row(List<String> cells, StringBuilder text) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
