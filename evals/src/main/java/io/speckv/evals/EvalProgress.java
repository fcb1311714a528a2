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
     * @param now what is being worked on
     */
    void report(int done, int total, String now);

    /** Returns a progress that shows nothing, for output that is not a terminal. */
    static EvalProgress silent() {
        return (done, total, now) -> {};
    }

    /**
     * Returns a bar with the time left, redrawn in place; for terminals only.
     *
     * @param nanoTime clock, {@code System::nanoTime}
     */
    static EvalProgress bar(PrintStream terminal, LongSupplier nanoTime) {
        return new ProgressBar(terminal, nanoTime);
    }

    /** The bar; samples that were already finished at the first report do not count for the speed. */
    final class ProgressBar implements EvalProgress {
        private static final int WIDTH = 24;

        private final PrintStream terminal;
        private final LongSupplier nanoTime;
        private int first = -1;
        private long start;

        private ProgressBar(PrintStream terminal, LongSupplier nanoTime) {
            this.terminal = terminal;
            this.nanoTime = nanoTime;
        }

        @Override
        public void report(int done, int total, String now) {
            if (first < 0) {
                first = done;
                start = nanoTime.getAsLong();
            }
            int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * done / total);
            String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
            String label = now.length() > 28 ? now.substring(0, 28) : now;
            terminal.print(String.format("\r[%s] %d/%d %s %-28s", bar, done, total, left(done, total), label));
            if (done == total) {
                terminal.println();
            }
            terminal.flush();
        }

        private String left(int done, int total) {
            if (done == first) {
                return "--:--";
            }
            long nanos = (nanoTime.getAsLong() - start) / (done - first) * (total - done);
            Duration left = Duration.ofNanos(nanos);
            return String.format("%02d:%02d", left.toMinutes(), left.toSecondsPart());
        }
    }
}
