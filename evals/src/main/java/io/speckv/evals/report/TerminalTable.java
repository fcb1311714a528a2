package io.speckv.evals.report;

import java.util.List;

/** The results as plain text of at most 80 columns, one block for each length and budget. */
public final class TerminalTable {
    private TerminalTable() {}

    /** Returns the table; every line ends with a line end. */
    public static String render(EvalReport report) {
        StringBuilder text = new StringBuilder();
        for (int length : report.lengths()) {
            for (int budget : report.budgetGroups()) {
                block(report, length, budget, text);
            }
        }
        report.notes().forEach(note -> paragraph("note:", note, text));
        return text.toString();
    }

    /** Writes a label and a sentence, whose further lines are indented. A word longer than a line stays whole. */
    static void paragraph(String what, String sentence, StringBuilder text) {
        StringBuilder line = new StringBuilder(what);
        for (String word : sentence.split(" ", -1)) {
            if (line.length() + 1 + word.length() > TextColumns.WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(" ".repeat(what.length()));
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    private static void block(EvalReport report, int length, int budget, StringBuilder text) {
        List<String> methods = report.methods().stream()
                .filter(method -> report.mean(method, length, budget).isPresent())
                .toList();
        if (methods.isEmpty()) {
            return;
        }
        text.append(Labels.place(length, budget)).append(": accuracy in %\n");
        TextColumns table = new TextColumns("method", methods);
        for (String task : report.tasks(length)) {
            table.add(
                    Labels.task(task),
                    methods,
                    method -> report.cells(method, length, budget).stream()
                            .filter(cell -> cell.task().equals(task))
                            .map(cell -> Labels.percent(cell.accuracy()))
                            .findFirst()
                            .orElse("-"));
        }
        List<MethodMean> means = methods.stream()
                .map(method -> report.mean(method, length, budget).orElseThrow())
                .toList();
        table.add("mean", means, mean -> Labels.percent(mean.accuracy()))
                .add(
                        "95% CI",
                        means,
                        mean -> Labels.percent(mean.interval().low()) + "-"
                                + Labels.percent(mean.interval().high()));
        if (report.asksForForm(length)) {
            table.add("obeyed", means, mean -> Labels.or("-", mean.obedience(), form -> Labels.percent(form.share())))
                    .add(
                            "95% CI",
                            means,
                            mean -> Labels.or(
                                    "-",
                                    mean.obedience(),
                                    form -> Labels.percent(form.interval().low()) + "-"
                                            + Labels.percent(form.interval().high())));
        }
        table.add("first ms", means, mean -> Labels.decimal(mean.firstTokenMillis()))
                .add("total ms", means, mean -> Labels.decimal(mean.totalMillis()))
                .add("KV MiB", means, mean -> Labels.decimal(mean.kvMebibytes()))
                .write(text);
    }
}
