package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Recommends a method and budget for prompts of similar length, in one sentence. */
final class FidelityAdvice {
    /** Losses are skewed: with fewer prompts their interval misses the true mean much too often. */
    private static final int FEWEST_PROMPTS = 20;

    private FidelityAdvice() {}

    /**
     * Returns the fastest setting that likely loses less than accepted, that is, whose whole 95% interval of the loss is below.
     * A loss that is unknown for some prompts, or is a lower bound, never counts as less. A budget into which all prompts fit
     * loses nothing and saves nothing, so it is not recommended.
     *
     * @param cells of this group of lengths
     * @param accepted share of a token's likelihood that may be lost, 0 to 1
     */
    static String of(int length, List<FidelityCell> cells, double accepted) {
        String at = "At " + Labels.lengthGroup(length) + " tokens: ";
        List<FidelityCell> compressed =
                cells.stream().filter(cell -> cell.budget() > 0).toList();
        if (compressed.isEmpty()) {
            return at + "nothing that compresses was measured.";
        }
        Optional<String> tooFew = tooFew(compressed.get(0).prompts());
        if (tooFew.isPresent()) {
            return at + tooFew.get();
        }
        String idle = dropsNothing(compressed);
        List<FidelityCell> dropping =
                compressed.stream().filter(FidelityCell::compresses).toList();
        return dropping.isEmpty()
                ? at + "every budget drops nothing here, as all prompts fit into it."
                : at + best(dropping, cells, accepted) + (idle.isEmpty() ? "" : " " + idle);
    }

    private static String best(List<FidelityCell> dropping, List<FidelityCell> cells, double accepted) {
        List<FidelityCell> known =
                dropping.stream().filter(cell -> cell.unknownLosses() == 0).toList();
        if (known.isEmpty()) {
            return "of no method and budget the loss is known for every prompt.";
        }
        Optional<FidelityCell> best = known.stream()
                .filter(cell -> cell.losses().atLeast() == 0)
                .filter(cell -> FidelityCell.share(cell.knownLoss().high()) < accepted)
                .min(Comparator.comparingDouble(FidelityCell::totalMillis));
        return best.map(cell ->
                        told(cell) + ": likely less than " + percent(accepted) + "%" + saving(cell, cells) + ".")
                .orElseGet(() -> "no method and budget likely loses less than " + percent(accepted)
                        + "% of a token's likelihood; the least, "
                        + told(known.stream()
                                .min(Comparator.comparingDouble(
                                        cell -> cell.knownLoss().mean()))
                                .orElseThrow())
                        + ".");
    }

    /** Returns a sentence about the budgets into which all prompts fit; empty if there are none. */
    private static String dropsNothing(List<FidelityCell> compressed) {
        List<String> budgets = compressed.stream()
                .filter(FidelityCell::dropsNothing)
                .map(FidelityCell::budget)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .toList();
        if (budgets.isEmpty()) {
            return "";
        }
        return budgets.size() == 1
                ? "Budget " + budgets.get(0) + " drops nothing here."
                : "Budgets " + String.join(", ", budgets) + " drop nothing here.";
    }

    /** Returns a sentence if there are too few prompts for advice. */
    static Optional<String> tooFew(int prompts) {
        return prompts >= FEWEST_PROMPTS
                ? Optional.empty()
                : Optional.of(prompts + (prompts == 1 ? " prompt is" : " prompts are") + " too few to say; "
                        + FEWEST_PROMPTS + " are enough.");
    }

    private static String told(FidelityCell cell) {
        Estimate lost = cell.knownLoss();
        return cell.method() + " with budget " + cell.budget() + " loses "
                + (cell.losses().atLeast() > 0 ? "at least " : "") + Labels.loss(lost.mean())
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
