package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The plain mean of a method's cells over tasks, as papers report it.
 *
 * @param accuracy mean of the accuracies, 0 to 1
 * @param interval 95% interval of it, from the intervals of the tasks taken as independent
 */
record MethodMean(double accuracy, Interval interval, double firstTokenMillis, double totalMillis, double kvMebibytes) {
    private static final double MEBIBYTE = 1024.0 * 1024.0;

    static MethodMean of(List<EvalCell> cells) {
        double accuracy = mean(cells, EvalCell::accuracy);
        double below = spread(cells, cell -> cell.accuracy() - cell.interval().low());
        double above = spread(cells, cell -> cell.interval().high() - cell.accuracy());
        return new MethodMean(
                accuracy,
                new Interval(Math.max(0, accuracy - below), Math.min(1, accuracy + above)),
                mean(cells, EvalCell::firstTokenMillis),
                mean(cells, EvalCell::totalMillis),
                mean(cells, EvalCell::kvBytes) / MEBIBYTE);
    }

    private static double mean(List<EvalCell> cells, ToDoubleFunction<EvalCell> value) {
        return cells.stream().mapToDouble(value).average().orElseThrow();
    }

    private static double spread(List<EvalCell> cells, ToDoubleFunction<EvalCell> half) {
        double squares =
                cells.stream().mapToDouble(half).map(value -> value * value).sum();
        return Math.sqrt(squares) / cells.size();
    }
}
