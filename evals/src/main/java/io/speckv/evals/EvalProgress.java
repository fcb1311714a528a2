package io.speckv.evals;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Shows the progress of a run. */
@FunctionalInterface
public interface EvalProgress {
    /**
     * Reports {@code done} of {@code total} samples.
     *
     * @param now description of the current work
     */
    void report(int done, int total, String now);

    /** Returns a progress that shows nothing. */
    static EvalProgress silent() {
        return (done, total, now) -> {};
    }

    /**
     * Returns a progress for logs that writes whole lines: one at the beginning, one at the end and one every half minute
     * between.
     *
     * @param nanoTime clock, {@code System::nanoTime}
     */
    static EvalProgress lines(PrintStream log, LongSupplier nanoTime) {
        return lines(log, nanoTime, "answers");
    }

    /**
     * Returns the same for anything that is counted.
     *
     * @param counted its name in the plural
     */
    static EvalProgress lines(PrintStream log, LongSupplier nanoTime, String counted) {
        return new ProgressLines(log, nanoTime, counted);
    }

    /**
     * Returns a bar with the time left, redrawn in place; for terminals only.
     *
     * @param nanoTime clock, {@code System::nanoTime}
     */
    static EvalProgress bar(PrintStream terminal, LongSupplier nanoTime) {
        return new ProgressBar(terminal, nanoTime);
    }

    /** Estimates the time left from the speed so far; answers that were finished at the first report do not count. */
    final class TimeLeft {
        private final LongSupplier nanoTime;
        private int first = -1;
        private long start;

        private TimeLeft(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        String of(int done, int total) {
            if (first < 0) {
                first = done;
                start = nanoTime.getAsLong();
            }
            if (done == first) {
                return "--:--";
            }
            long nanos = (nanoTime.getAsLong() - start) / (done - first) * (total - done);
            Duration left = Duration.ofNanos(nanos);
            return String.format("%02d:%02d", left.toMinutes(), left.toSecondsPart());
        }
    }

    /** Progress as lines. */
    final class ProgressLines implements EvalProgress {
        private static final Duration APART = Duration.ofSeconds(30);

        private final PrintStream log;
        private final LongSupplier nanoTime;
        private final TimeLeft left;
        private final String counted;
        private boolean begun;
        private long last;

        private ProgressLines(PrintStream log, LongSupplier nanoTime, String counted) {
            this.counted = counted;
            this.log = log;
            this.nanoTime = nanoTime;
            this.left = new TimeLeft(nanoTime);
        }

        @Override
        public void report(int done, int total, String now) {
            String rest = left.of(done, total);
            long time = nanoTime.getAsLong();
            if (begun && done < total && time - last < APART.toNanos()) {
                return;
            }
            begun = true;
            last = time;
            log.println(
                    done + " of " + total + " " + counted + ", " + rest + " left" + (now.isEmpty() ? "" : ", " + now));
        }
    }

    /** Progress as a bar. */
    final class ProgressBar implements EvalProgress {
        private static final int WIDTH = 24;

        private final PrintStream terminal;
        private final TimeLeft left;

        private ProgressBar(PrintStream terminal, LongSupplier nanoTime) {
            this.terminal = terminal;
            this.left = new TimeLeft(nanoTime);
        }

        @Override
        public void report(int done, int total, String now) {
            int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * done / total);
            String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
            String label = now.length() > 28 ? now.substring(0, 28) : now;
            terminal.print(String.format("\r[%s] %d/%d %s %-28s", bar, done, total, left.of(done, total), label));
            if (done == total) {
                terminal.println();
            }
            terminal.flush();
        }
    }
}
