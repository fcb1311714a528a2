package io.speckv.cli.bench;

import io.speckv.bench.serving.EnginesBench;

/** The results of {@code bench engines}, one line per length, in at most 80 columns. */
final class EnginesTable {
    private static final double MILLIS = 1e3;
    private static final double PERCENT = 100;

    private EnginesTable() {}

    /** Returns the two lines above the figures. */
    static String head(int newTokens) {
        return "%6s%30s%22s%16s%n%6s %7s %7s %5s %7s %7s %7s %5s %7s %7s"
                .formatted(
                        "prompt",
                        "first token, seconds",
                        newTokens + " tokens, seconds",
                        "whole, ms",
                        "tokens",
                        "alone",
                        "behind",
                        "share",
                        "draft",
                        "alone",
                        "behind",
                        "share",
                        "cached",
                        "adds");
    }

    static String line(EnginesBench.Line line) {
        return "%6d %7.3f %7.3f %4.0f%% %7.3f %7.3f %7.3f %4.0f%% %7.1f %7.2f"
                .formatted(
                        line.promptTokens(),
                        line.aloneFirst(),
                        line.behindFirst(),
                        line.behindFirst() / line.aloneFirst() * PERCENT,
                        line.draftSeconds(),
                        line.aloneTotal(),
                        line.behindTotal(),
                        line.behindTotal() / line.aloneTotal() * PERCENT,
                        line.cachedFirst() * MILLIS,
                        line.passingAdds() * MILLIS);
    }
}
