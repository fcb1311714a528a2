package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which method and budget to use for prompts of like length, in one sentence. */
final class FidelityAdvice {
    /** Intervals of fewer prompts are too narrow to be believed. */
    private static final int FEWEST_PROMPTS = 5;

    private FidelityAdvice() {}

    /**
     * Returns the fastest setting that loses less than is accepted, surely: the whole interval of its loss lies below.
     *
     * @param cells of this group of lengths
     * @param accepted share of a token's likelihood that may be lost, 0 to 1
     */
    static String of(int length, List<FidelityCell> cells, double accepted) {
        String at = "At " + Labels.lengthGroup(length) + " tokens: ";
        List<FidelityCell> compressed = cells.stream()
                .filter(cell -> cell.budget() > 0 && cell.lost() != null)
                .toList();
        if (compressed.isEmpty()) {
            return at + "nothing that compresses was measured.";
        }
        int prompts = compressed.get(0).prompts();
        if (prompts < FEWEST_PROMPTS) {
            return at + prompts + (prompts == 1 ? " prompt is" : " prompts are") + " too few to say; " + FEWEST_PROMPTS
                    + " are enough.";
        }
        Optional<FidelityCell> best = compressed.stream()
                .filter(cell -> FidelityCell.share(cell.knownLoss().high()) < accepted)
                .min(Comparator.comparingDouble(FidelityCell::totalMillis));
        return at
                + best.map(cell -> told(cell) + ": less than " + percent(accepted) + "%" + saving(cell, cells) + ".")
                        .orElseGet(() -> "no method and budget surely loses less than " + percent(accepted)
                                + "% of a token's likelihood; the least, "
                                + told(compressed.stream()
                                        .min(Comparator.comparingDouble(
                                                cell -> cell.knownLoss().mean()))
                                        .orElseThrow())
                                + ".");
    }

    private static String told(FidelityCell cell) {
        Estimate lost = cell.knownLoss();
        return cell.method() + " with budget " + cell.budget() + " loses " + Labels.loss(lost.mean())
                + "% of a token's likelihood (95% interval " + Labels.loss(lost.low()) + " to "
                + Labels.loss(lost.high()) + "%, " + cell.prompts() + " prompts)";
    }

    private static String saving(FidelityCell cell, List<FidelityCell> cells) {
        return cells.stream()
                .filter(full -> full.budget() == 0)
                .findFirst()
                .map(full -> ", after " + Math.round(100 * cell.totalMillis() / full.totalMillis())
                        + "% of the full cache's time, with " + Math.round(100.0 * cell.kvBytes() / full.kvBytes())
                        + "% of its memory")
                .orElse("");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share).replaceAll("\\.?0+$", "");
    }
}
