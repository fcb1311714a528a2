package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/** The charts of a report, with their axes. */
final class Charts {
    private final EvalReport report;

    Charts(EvalReport report) {
        this.report = report;
    }

    /** Looks up a method's result at a column, if there is one. */
    private interface Lookup {
        Optional<MethodMean> at(String method, int column);
    }

    /** The horizontal axis with its columns and their results. */
    private record Axis(String label, List<String> columns, Lookup lookup) {}

    /** Returns accuracy against budget, one chart for each length. */
    List<LineChart> accuracyByBudget() {
        List<LineChart> charts = new ArrayList<>();
        for (int length : report.lengths()) {
            String title = length == 0 ? "All prompts" : "Prompts of " + tokens(length);
            charts.add(accuracy(title, budgets(length)));
        }
        return charts;
    }

    /** Returns accuracy against length, one chart for each budget. */
    List<LineChart> accuracyByLength() {
        List<LineChart> charts = new ArrayList<>();
        for (int budget : report.budgetGroups()) {
            charts.add(accuracy("Budget " + Labels.budget(budget), lengths(budget)));
        }
        return charts;
    }

    /** Returns accuracy against budget, one chart for each task at its greatest length. */
    List<LineChart> accuracyByTask() {
        List<LineChart> charts = new ArrayList<>();
        for (String task : report.tasks()) {
            int length = report.cells().stream()
                    .filter(cell -> cell.task().equals(task))
                    .mapToInt(EvalCell::length)
                    .max()
                    .orElseThrow();
            charts.add(accuracy(
                    length == 0 ? task : task + ", " + tokens(length),
                    budgets((method, column) ->
                            taskMean(method, task, length, report.budgetGroups().get(column)))));
        }
        return charts;
    }

    /** Returns times and memory against length for each budget, or against budget if there is only one length. */
    List<LineChart> costs() {
        if (report.lengths().size() == 1) {
            return costs("", budgets(report.lengths().get(0)));
        }
        List<LineChart> charts = new ArrayList<>();
        for (int budget : report.budgetGroups()) {
            charts.addAll(costs(", budget " + Labels.budget(budget), lengths(budget)));
        }
        return charts;
    }

    private List<LineChart> costs(String suffix, Axis axis) {
        return List.of(
                cost("Time to first token" + suffix, "milliseconds", axis, MethodMean::firstTokenMillis),
                cost("Time to last token" + suffix, "milliseconds", axis, MethodMean::totalMillis),
                cost("KV cache of the target" + suffix, "MiB", axis, MethodMean::kvMebibytes));
    }

    private Axis budgets(int length) {
        return budgets((method, column) ->
                report.mean(method, length, report.budgetGroups().get(column)));
    }

    private Axis budgets(Lookup lookup) {
        return new Axis("budget (kept tokens)", labels(report.budgetGroups(), Labels::budget), lookup);
    }

    private Axis lengths(int budget) {
        return new Axis(
                "prompt length (tokens)",
                labels(report.lengths(), Labels::length),
                (method, column) -> report.mean(method, report.lengths().get(column), budget));
    }

    private LineChart accuracy(String title, Axis axis) {
        List<Series> series = series(
                axis,
                (mean, column) -> new Series.Point(
                        column,
                        mean.accuracy() * 100,
                        mean.interval().low() * 100,
                        mean.interval().high() * 100));
        return new LineChart(title, axis.label(), "accuracy (%)", axis.columns(), 100, series);
    }

    private LineChart cost(String title, String yLabel, Axis axis, ToDoubleFunction<MethodMean> value) {
        List<Series> series = series(axis, (mean, column) -> {
            double y = value.applyAsDouble(mean);
            return new Series.Point(column, y, y, y);
        });
        double highest = series.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Series.Point::value)
                .max()
                .orElse(1);
        return new LineChart(title, axis.label(), yLabel, axis.columns(), LineChart.roundTop(highest), series);
    }

    private interface PointOf {
        Series.Point at(MethodMean mean, int column);
    }

    private List<Series> series(Axis axis, PointOf point) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (String method : report.methods()) {
            boolean reference = report.cells().stream()
                    .filter(cell -> cell.method().equals(method))
                    .allMatch(cell -> cell.budget() == 0);
            int own = reference ? Series.REFERENCE : style++;
            List<Series.Point> found = new ArrayList<>();
            for (int column = 0; column < axis.columns().size(); column++) {
                int at = column;
                axis.lookup().at(method, at).ifPresent(mean -> found.add(point.at(mean, at)));
            }
            if (!found.isEmpty()) {
                series.add(new Series(method, own, found));
            }
        }
        return series;
    }

    private Optional<MethodMean> taskMean(String method, String task, int length, int budget) {
        List<EvalCell> cells = report.cells(method, length, budget).stream()
                .filter(cell -> cell.task().equals(task))
                .toList();
        return cells.isEmpty() ? Optional.empty() : Optional.of(MethodMean.of(cells));
    }

    private static List<String> labels(List<Integer> numbers, IntFunction<String> label) {
        return numbers.stream().map(label::apply).toList();
    }

    private static String tokens(int length) {
        return Labels.length(length) + " tokens";
    }
}
