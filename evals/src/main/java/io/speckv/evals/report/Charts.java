package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The charts of a report: what lies on which axis. */
final class Charts {
    private final EvalReport report;

    Charts(EvalReport report) {
        this.report = report;
    }

    /** Returns accuracy against budget, one chart for each length. */
    List<LineChart> accuracyByBudget() {
        List<LineChart> charts = new ArrayList<>();
        for (int length : report.lengths()) {
            charts.add(accuracy(
                    "Prompts of " + tokens(length),
                    "budget (kept tokens)",
                    budgetLabels(),
                    (method, column) ->
                            report.mean(method, length, report.budgetGroups().get(column))));
        }
        return charts;
    }

    /** Returns accuracy against length, one chart for each budget. */
    List<LineChart> accuracyByLength() {
        List<LineChart> charts = new ArrayList<>();
        for (int budget : report.budgetGroups()) {
            charts.add(accuracy(
                    "Budget " + Labels.budget(budget),
                    "prompt length (tokens)",
                    lengthLabels(),
                    (method, column) -> report.mean(method, report.lengths().get(column), budget)));
        }
        return charts;
    }

    /** Returns accuracy against budget at the greatest length, one chart for each task. */
    List<LineChart> accuracyByTask() {
        int length = report.lengths().get(report.lengths().size() - 1);
        List<LineChart> charts = new ArrayList<>();
        for (String task : report.tasks()) {
            charts.add(accuracy(
                    task + ", " + tokens(length),
                    "budget (kept tokens)",
                    budgetLabels(),
                    (method, column) ->
                            taskMean(method, task, length, report.budgetGroups().get(column))));
        }
        return charts;
    }

    /** Returns times and memory against length, for each budget. */
    List<LineChart> costs() {
        List<LineChart> charts = new ArrayList<>();
        for (int budget : report.budgetGroups()) {
            String suffix = ", budget " + Labels.budget(budget);
            charts.add(cost("Time to first token" + suffix, "milliseconds", budget, MethodMean::firstTokenMillis));
            charts.add(cost("Time to last token" + suffix, "milliseconds", budget, MethodMean::totalMillis));
            charts.add(cost("KV cache of the target" + suffix, "MiB", budget, MethodMean::kvMebibytes));
        }
        return charts;
    }

    /** What a method reached at a column, if it was run there. */
    private interface Lookup {
        Optional<MethodMean> at(String method, int column);
    }

    private LineChart accuracy(String title, String xLabel, List<String> columns, Lookup lookup) {
        List<Series> series = series(
                columns.size(),
                (method, column) -> lookup.at(method, column)
                        .map(mean -> new Series.Point(
                                column,
                                mean.accuracy() * 100,
                                mean.interval().low() * 100,
                                mean.interval().high() * 100)));
        return new LineChart(title, xLabel, "accuracy (%)", columns, 100, series);
    }

    private LineChart cost(String title, String yLabel, int budget, Function<MethodMean, Double> value) {
        List<Series> series = series(
                report.lengths().size(),
                (method, column) -> report.mean(method, report.lengths().get(column), budget)
                        .map(value)
                        .map(y -> new Series.Point(column, y, y, y)));
        double highest = series.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Series.Point::value)
                .max()
                .orElse(1);
        return new LineChart(
                title, "prompt length (tokens)", yLabel, lengthLabels(), LineChart.roundTop(highest), series);
    }

    private interface PointAt {
        Optional<Series.Point> at(String method, int column);
    }

    private List<Series> series(int columns, PointAt points) {
        List<Series> series = new ArrayList<>();
        int style = 0;
        for (String method : report.methods()) {
            boolean reference = report.cells().stream()
                    .filter(cell -> cell.method().equals(method))
                    .allMatch(cell -> cell.budget() == 0);
            int own = reference ? Series.REFERENCE : style++;
            List<Series.Point> found = new ArrayList<>();
            for (int column = 0; column < columns; column++) {
                points.at(method, column).ifPresent(found::add);
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

    private List<String> budgetLabels() {
        return labels(report.budgetGroups(), Labels::budget);
    }

    private List<String> lengthLabels() {
        return labels(report.lengths(), Labels::length);
    }

    private static List<String> labels(List<Integer> numbers, IntFunction<String> label) {
        return numbers.stream().map(label::apply).toList();
    }

    private static String tokens(int length) {
        return length == 0 ? "any length" : Labels.length(length) + " tokens";
    }
}
