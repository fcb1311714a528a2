package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.List;

/** The results as plain text of at most 80 columns, one block for each length and budget. */
public final class TerminalTable {
    private static final int WIDTH = 80;

    private TerminalTable() {}

    private record Column(String heading, List<String> values) {
        int width() {
            return values.stream().mapToInt(String::length).reduce(heading.length(), Math::max) + 1;
        }
    }

    /** Returns the table, lines ending with a line end. */
    public static String render(EvalReport report) {
        StringBuilder text = new StringBuilder();
        for (int length : report.lengths()) {
            for (int budget : report.budgetGroups()) {
                block(report, length, budget, text);
            }
        }
        report.notes().forEach(note -> note(note, text));
        return text.toString();
    }

    /** Writes a note, its further lines indented; a word longer than a line stays whole. */
    private static void note(String note, StringBuilder text) {
        StringBuilder line = new StringBuilder("note:");
        for (String word : note.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder("     ");
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
        Column names = new Column("method", methods);
        List<Column> row = new ArrayList<>();
        int used = names.width();
        for (Column column : columns(report, methods, length, budget)) {
            if (used + column.width() > WIDTH) {
                write(names, row, text);
                text.append('\n');
                row.clear();
                used = names.width();
            }
            row.add(column);
            used += column.width();
        }
        write(names, row, text);
        text.append('\n');
    }

    private static List<Column> columns(EvalReport report, List<String> methods, int length, int budget) {
        List<Column> columns = new ArrayList<>();
        for (String task : report.tasks(length)) {
            List<String> values = new ArrayList<>();
            for (String method : methods) {
                values.add(report.cells(method, length, budget).stream()
                        .filter(cell -> cell.task().equals(task))
                        .map(cell -> Labels.percent(cell.accuracy()))
                        .findFirst()
                        .orElse("-"));
            }
            columns.add(new Column(Labels.task(task), values));
        }
        List<MethodMean> means = methods.stream()
                .map(method -> report.mean(method, length, budget).orElseThrow())
                .toList();
        columns.add(new Column(
                "mean",
                means.stream().map(mean -> Labels.percent(mean.accuracy())).toList()));
        columns.add(new Column(
                "95% CI",
                means.stream()
                        .map(mean -> Labels.percent(mean.interval().low()) + "-"
                                + Labels.percent(mean.interval().high()))
                        .toList()));
        columns.add(new Column(
                "first ms",
                means.stream()
                        .map(mean -> Labels.decimal(mean.firstTokenMillis()))
                        .toList()));
        columns.add(new Column(
                "total ms",
                means.stream().map(mean -> Labels.decimal(mean.totalMillis())).toList()));
        columns.add(new Column(
                "KV MiB",
                means.stream().map(mean -> Labels.decimal(mean.kvMebibytes())).toList()));
        return columns;
    }

    private static void write(Column names, List<Column> columns, StringBuilder text) {
        for (int line = -1; line < names.values().size(); line++) {
            String name = line < 0 ? names.heading() : names.values().get(line);
            text.append(name).append(" ".repeat(names.width() - 1 - name.length()));
            for (Column column : columns) {
                String value = line < 0 ? column.heading() : column.values().get(line);
                text.append(" ".repeat(column.width() - value.length())).append(value);
            }
            text.append('\n');
        }
    }
}
