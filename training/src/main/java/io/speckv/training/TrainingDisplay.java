package io.speckv.training;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how a run goes: on a terminal one line that is redrawn, elsewhere a line each time; what was recalled stays. */
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

    /** Shows which share of the answers was right, by kind. */
    void recalled(int step, int length, Recall recall) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "step %d, recall at %d tokens %.3f:", step, length, recall.share()));
        recall.byKind()
                .forEach((kind, share) -> line.append(
                        String.format(Locale.ROOT, " %s %.2f", kind.name().toLowerCase(Locale.ROOT), share)));
        status(line.toString());
        if (redraws) {
            out.println();
        }
    }
}
