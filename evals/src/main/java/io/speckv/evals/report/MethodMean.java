package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The plain mean of a method's cells over tasks, as papers report it. LongBench v2 counts as one task: its lengths are the parts
 * of one set of questions, and what is published is the share of all of them that is right.
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

    /** Beginning of the names of the tasks that are parts of one. */
    private static final String PART_OF_ONE = "longbench_v2 ";

    /** A part of a mean with its share of the whole, 0 to 1. */
    private record Weighed<T>(T part, double share) {}

    static MethodMean of(List<EvalCell> cells) {
        List<Weighed<EvalCell>> weighed = weighed(cells);
        List<Weighed<Obedience>> forms =
                weighed(cells.stream().filter(cell -> cell.obedience() != null).toList()).stream()
                        .map(cell -> new Weighed<>(Objects.requireNonNull(cell.part.obedience()), cell.share))
                        .toList();
        double accuracy = mean(weighed, EvalCell::accuracy);
        return new MethodMean(
                accuracy,
                interval(accuracy, weighed, EvalCell::accuracy, EvalCell::interval),
                mean(weighed, EvalCell::firstTokenMillis),
                mean(weighed, EvalCell::totalMillis),
                mean(weighed, EvalCell::kvBytes) / MEBIBYTE,
                forms.isEmpty() ? null : obedience(forms));
    }

    /** Every task has the same share, and the parts of one task share theirs by their samples. */
    private static List<Weighed<EvalCell>> weighed(List<EvalCell> cells) {
        int samples = cells.stream()
                .filter(MethodMean::isPartOfOne)
                .mapToInt(EvalCell::samples)
                .sum();
        long tasks = cells.stream().filter(cell -> !isPartOfOne(cell)).count() + (samples > 0 ? 1 : 0);
        return cells.stream()
                .map(cell -> new Weighed<>(cell, (isPartOfOne(cell) ? (double) cell.samples() / samples : 1) / tasks))
                .toList();
    }

    private static boolean isPartOfOne(EvalCell cell) {
        return cell.task().startsWith(PART_OF_ONE);
    }

    private static Obedience obedience(List<Weighed<Obedience>> forms) {
        double share = mean(forms, Obedience::share);
        return new Obedience(share, interval(share, forms, Obedience::share, Obedience::interval));
    }

    private static <T> Interval interval(
            double mean, List<Weighed<T>> parts, ToDoubleFunction<T> value, Function<T, Interval> interval) {
        double below = spread(
                parts, part -> value.applyAsDouble(part) - interval.apply(part).low());
        double above = spread(parts, part -> interval.apply(part).high() - value.applyAsDouble(part));
        return new Interval(Math.max(0, mean - below), Math.min(1, mean + above));
    }

    private static <T> double mean(List<Weighed<T>> parts, ToDoubleFunction<T> value) {
        return parts.stream()
                .mapToDouble(part -> part.share * value.applyAsDouble(part.part))
                .sum();
    }

    private static <T> double spread(List<Weighed<T>> parts, ToDoubleFunction<T> half) {
        return Math.sqrt(parts.stream()
                .mapToDouble(part -> part.share * half.applyAsDouble(part.part))
                .map(value -> value * value)
                .sum());
    }
}
