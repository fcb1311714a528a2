package io.speckv.cli.bench;

import io.speckv.bench.Accelerator;
import io.speckv.bench.CascadeBench;
import io.speckv.bench.CascadeProjection;
import io.speckv.bench.GrowthFit;
import io.speckv.bench.serving.AnswerTiming;
import io.speckv.engine.torch.HardwareLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prints the tables of {@code bench cascade} row by row during the measurement. */
final class CascadeTable {
    /** Name of the method that keeps everything. */
    static final String FULL = "full";

    private static final String BASELINE = "laq++";

    private final PrintStream out;
    private final int newTokens;

    /**
     * Creates tables.
     *
     * @param newTokens tokens of each answer
     */
    CascadeTable(PrintStream out, int newTokens) {
        this.out = out;
        this.newTokens = newTokens;
    }

    /** Prints the heading of the rows of one length. */
    void heading(int prompt) {
        out.printf(Locale.ROOT, "%n%d prompt tokens, %d new%n", prompt, newTokens);
        out.println("               first token     all tokens   decode  tokens   KV kept   peak prefill");
        out.println("method        seconds  /full seconds /laq++  tok/s    kept    of full     MB of GEMM");
    }

    /**
     * Prints the measurements of one method.
     *
     * @param here lines of this length so far; one of them is the reference of the shares
     * @param limit rate of matrix products; the prefill's rate is shown as a share of it
     */
    void row(CascadeBench.Line line, List<CascadeBench.Line> here, HardwareLimits limit) {
        double prefill = line.stageSeconds().getOrDefault("draft.prefill", 0.0)
                + line.stageSeconds().getOrDefault("target.prefill", 0.0);
        out.printf(
                Locale.ROOT,
                "%-12s %8.2f %6s %7.2f %6s  %5.1f  %6d    %5.1f%% %6.0f    %3.0f%%%n",
                line.method(),
                line.firstTokenSeconds(),
                share(line.firstTokenSeconds(), find(here, FULL).map(CascadeBench.Line::firstTokenSeconds)),
                line.totalSeconds(),
                share(line.totalSeconds(), find(here, BASELINE).map(CascadeBench.Line::totalSeconds)),
                line.decodeTokensPerSecond(),
                line.keptTokens(),
                100.0 * line.keptKvBytes() / line.fullKvBytes(),
                line.peakBytes() / 1e6,
                100 * line.prefillFlops() / prefill / limit.multiplyFlops());
    }

    /** Prints the times of another engine for the same prompt. */
    void engine(AnswerTiming times, List<CascadeBench.Line> here) {
        out.printf(
                Locale.ROOT,
                "%-12s %8.2f %6s %7.2f %6s%n",
                "the engine",
                times.firstToken(),
                share(times.firstToken(), find(here, FULL).map(CascadeBench.Line::firstTokenSeconds)),
                times.total(),
                share(times.total(), find(here, BASELINE).map(CascadeBench.Line::totalSeconds)));
    }

    void engineFailed(IOException failure) {
        out.printf(Locale.ROOT, "%-12s failed: %s%n", "the engine", failure.getMessage());
    }

    /** Prints the growth of each method's time to the first token, if there are two or more lengths. */
    void growth(List<String> methods, List<CascadeBench.Line> lines) {
        out.printf(Locale.ROOT, "%nTime to first token grows with length to the power of%n");
        for (String method : methods) {
            List<CascadeBench.Line> own =
                    lines.stream().filter(line -> line.method().equals(method)).toList();
            GrowthFit fit = GrowthFit.of(
                    own.stream().mapToDouble(CascadeBench.Line::promptTokens).toArray(),
                    own.stream()
                            .mapToDouble(CascadeBench.Line::firstTokenSeconds)
                            .toArray());
            out.printf(Locale.ROOT, "%-12s %.2f%n", method, fit.exponent());
        }
    }

    /**
     * Prints the heading of the computed rows.
     *
     * @param share of the device's peak, 0 to 1
     */
    void computed(Accelerator device, double share, CascadeBench.Budgets served) {
        out.printf(
                Locale.ROOT,
                "%nComputed, not measured: %s at %.0f%% of its peak (the share reached above), draft llama-3.2-1b,%n"
                        + "%d tokens and %d KV pairs kept%n",
                device.name(),
                share * 100,
                served.promptTokens(),
                served.kvPairs());
        out.println("target          prompt   full s  cascade s  ratio   full KV GB  cascade KV GB");
    }

    /** Prints the computed figures of one target. */
    void computed(String target, CascadeProjection line) {
        out.printf(
                Locale.ROOT,
                "%-13s %8d %8.1f   %8.1f   %3.0f%%     %8.1f       %8.3f%n",
                target,
                line.promptTokens(),
                line.fullSeconds(),
                line.cascadeSeconds(),
                100 * line.cascadeSeconds() / line.fullSeconds(),
                line.fullKvBytes() / 1e9,
                line.cascadeKvBytes() / 1e9);
    }

    private static Optional<CascadeBench.Line> find(List<CascadeBench.Line> lines, String method) {
        return lines.stream().filter(line -> line.method().equals(method)).findFirst();
    }

    private static String share(double value, Optional<Double> whole) {
        return whole.map(all -> String.format(Locale.ROOT, "%.0f%%", 100 * value / all))
                .orElse("-");
    }
}
