package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plain mean of a method's cells over tasks, as papers report it.
 *
 * @param accuracy mean of the accuracies, 0 to 1
 * @param interval 95% interval of the accuracy, from the tasks' intervals taken as independent
 * @param obedience mean over the tasks that ask for a form; null if none does
 */
record MethodMean(
        double accuracy,
        Interval interval,
        double firstTokenMillis,
        double totalMillis,
        double kvMebibytes,
        @Nullable Obedience obedience) {
    private static final double MEBIBYTE = 1024.0 * 1024.0;

    static MethodMean of(List<EvalCell> cells) {
        List<Obedience> forms = cells.stream()
                .map(EvalCell::obedience)
                .flatMap(Stream::ofNullable)
                .toList();
        double accuracy = mean(cells, EvalCell::accuracy);
        return new MethodMean(
                accuracy,
                interval(accuracy, cells, EvalCell::accuracy, EvalCell::interval),
                mean(cells, EvalCell::firstTokenMillis),
                mean(cells, EvalCell::totalMillis),
                mean(cells, EvalCell::kvBytes) / MEBIBYTE,
                forms.isEmpty() ? null : obedience(forms));
    }

    private static Obedience obedience(List<Obedience> forms) {
        double share = mean(forms, Obedience::share);
        return new Obedience(share, interval(share, forms, Obedience::share, Obedience::interval));
    }

    private static <T> Interval interval(
            double mean, List<T> parts, ToDoubleFunction<T> value, Function<T, Interval> interval) {
        double below = spread(
                parts, part -> value.applyAsDouble(part) - interval.apply(part).low());
        double above = spread(parts, part -> interval.apply(part).high() - value.applyAsDouble(part));
        return new Interval(Math.max(0, mean - below), Math.min(1, mean + above));
    }

    private static <T> double mean(List<T> parts, ToDoubleFunction<T> value) {
        return parts.stream().mapToDouble(value).average().orElseThrow();
    }

    private static <T> double spread(List<T> parts, ToDoubleFunction<T> half) {
        double squares =
                parts.stream().mapToDouble(half).map(value -> value * value).sum();
        return Math.sqrt(squares) / parts.size();
    }
}
