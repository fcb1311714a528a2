package io.speckv.training;

import java.io.PrintStream;

/**
 * Shows the progress of a run. A terminal has one line that is redrawn; other outputs get a new line each time. Measurements
 * stay visible.
 */
final class TrainingDisplay {
    private static final int WIDTH = 110;

    private final PrintStream out;
    private final boolean redraws;

    /**
     * @param redraws whether {@code out} is a terminal
     */
    TrainingDisplay(PrintStream out, boolean redraws) {
        this.out = out;
        this.redraws = redraws;
    }

    /** Shows losses, speed and time left. */
    void status(String status) {
        if (redraws) {
            out.printf("\r%-" + WIDTH + "s", status);
        } else {
            out.println(status);
        }
        out.flush();
    }

    /** Shows a line that stays. */
    void kept(String line) {
        status(line);
        if (redraws) {
            out.println();
        }
    }
}
