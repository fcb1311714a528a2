package io.speckv.kit.telemetry;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A request's stages drawn as text: one row per stage, with a bar for the time in which it ran. */
public final class Waterfall {
    /** Columns of an ordinary terminal. */
    public static final int COLUMNS = 80;

    private static final String ROW = "%-15s %9s %9s %7s ";
    private static final int LABEL_COLUMNS = 44;
    private static final int BAR_COLUMNS_LEAST = 10;

    private Waterfall() {}

    /**
     * Returns the rows, earliest stage first, then the total, each at most {@code columns} wide and ended by a newline.
     *
     * @param columns at least 54
     */
    public static String render(List<StageTime> times, int columns) {
        int width = columns - LABEL_COLUMNS;
        if (width < BAR_COLUMNS_LEAST) {
            throw new IllegalArgumentException(
                    "columns is " + columns + ", must be at least " + (LABEL_COLUMNS + BAR_COLUMNS_LEAST));
        }
        Duration total = times.stream()
                .map(StageTime::end)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        StringBuilder out = new StringBuilder(
                ROW.formatted("stage", "start", "time", "tokens").stripTrailing());
        out.append('\n');
        times.stream().sorted(Comparator.comparing(StageTime::start)).forEach(time -> {
            out.append(
                    ROW.formatted(time.stage().label(), millis(time.start()), millis(time.elapsed()), time.tokens()));
            out.append(bar(time, total, width)).append('\n');
        });
        return out.append(ROW.formatted("total", "", millis(total), "").stripTrailing())
                .append('\n')
                .toString();
    }

    private static String bar(StageTime time, Duration total, int width) {
        double scale = width / (double) Math.max(1, total.toNanos());
        int from = Math.min(width - 1, (int) (time.start().toNanos() * scale));
        int to = Math.max(from + 1, (int) Math.ceil(time.end().toNanos() * scale));
        return " ".repeat(from) + "#".repeat(Math.min(width, to) - from);
    }

    private static String millis(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return millis < 10_000
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
}
