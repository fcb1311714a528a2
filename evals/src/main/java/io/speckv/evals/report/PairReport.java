package io.speckv.evals.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.evals.stats.Estimate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a draft fits a target.
 *
 * @param guided methods of {@code fidelity} that ask a draft
 * @param oneTokenizer whether draft and target have the same; if not, the draft works on the prompt's text
 * @param importance agreement of draft and target about important tokens; null if it is unknown
 * @param fidelity loss of each method with this draft, or without one
 */
public record PairReport(
        Set<String> guided, boolean oneTokenizer, @Nullable Importance importance, FidelityReport fidelity) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TWO_TOKENIZERS =
            "two: the draft reads the prompt's text in its own tokens, and each token of the target gets the highest"
                    + " score of those that overlap it; the lookahead is encoded anew from its text, and counted in the"
                    + " target's tokens; a router needs tokenizer.draft for this pair";

    /**
     * Importance of prompt tokens by the attention of the prompt's end, compared between draft and target.
     *
     * @param prompts number of prompts compared
     * @param spearman rank correlation, -1 to 1, mean over prompts
     * @param top number of most important tokens that are compared
     * @param overlap share of the target's most important tokens that are among the draft's, 0 to 1, mean over prompts
     */
    public record Importance(int prompts, double spearman, int top, double overlap) {}

    public PairReport {
        guided = Set.copyOf(guided);
    }

    /** Returns the figures of the longest lookahead, if a method drafted any; some methods draft only a token or two. */
    Optional<FidelityCell.Lookahead> lookahead() {
        return fidelity.cells().stream()
                .map(FidelityCell::lookahead)
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(FidelityCell.Lookahead::tokens));
    }

    /**
     * Returns for each budget the method to use, and whether that method needs the draft. It is the fastest of the methods that
     * do not likely lose more than the best one. All methods read the same prompts, so losses are compared prompt by prompt.
     * With too few prompts there is no verdict, and none about a budget into which all prompts fit.
     */
    List<String> verdict() {
        List<String> sentences = new ArrayList<>();
        for (int length : fidelity.lengths()) {
            Optional<String> tooFew =
                    FidelityAdvice.tooFew(fidelity.cells(length).get(0).prompts());
            if (tooFew.isPresent()) {
                sentences.add("At " + Labels.lengthGroup(length) + " tokens: " + tooFew.get());
                continue;
            }
            List<FidelityCell> cells = fidelity.cells(length).stream()
                    .filter(cell -> cell.budget() > 0 && cell.unknownLosses() == 0)
                    .toList();
            for (int budget :
                    new LinkedHashSet<>(cells.stream().map(FidelityCell::budget).toList())) {
                List<FidelityCell> dropping = cells.stream()
                        .filter(cell -> cell.budget() == budget && cell.compresses())
                        .toList();
                sentences.add("At " + Labels.lengthGroup(length) + " tokens, budget " + budget + ": "
                        + (dropping.isEmpty() ? "this budget drops nothing here" : use(dropping)));
            }
        }
        return sentences;
    }

    private String use(List<FidelityCell> cells) {
        FidelityCell least = cells.stream()
                .min(Comparator.comparingDouble(cell -> cell.knownLoss().mean()))
                .orElseThrow();
        FidelityCell best = cells.stream()
                .filter(cell -> Estimate.ofMean(morePerPrompt(cell, least)).low() <= 0)
                .min(Comparator.comparingDouble(FidelityCell::totalMillis))
                .orElse(least);
        String use = "use " + best.method() + ", which loses "
                + Labels.loss(best.knownLoss().mean()) + "% of a token's likelihood";
        if (!guided.contains(best.method())) {
            return cells.stream()
                    .filter(cell -> guided.contains(cell.method()))
                    .min(Comparator.comparingDouble(cell -> cell.knownLoss().mean()))
                    .map(cell -> "the draft does not pay; " + use + " (with the draft, " + cell.method() + " "
                            + Labels.loss(cell.knownLoss().mean()) + "%)")
                    .orElse(use);
        }
        return cells.stream()
                .filter(cell -> !guided.contains(cell.method()))
                .min(Comparator.comparingDouble(cell -> cell.knownLoss().mean()))
                .map(cell -> use + " (without a draft, " + cell.method() + " "
                        + Labels.loss(cell.knownLoss().mean()) + "%)")
                .orElse(use);
    }

    private static double[] morePerPrompt(FidelityCell cell, FidelityCell least) {
        List<Double> lost = cell.losses().known();
        return IntStream.range(0, lost.size())
                .mapToDouble(i -> lost.get(i) - least.losses().known().get(i))
                .toArray();
    }

    /** Returns the report as text of at most 80 columns; every line ends with a line end. */
    public String text() {
        StringBuilder text = new StringBuilder();
        lookahead()
                .ifPresent(lookahead -> TerminalTable.paragraph(
                        "lookahead:",
                        String.format(
                                Locale.ROOT,
                                "right for %.1f of %.1f tokens; wrong within the first %d in %d%% of the prompts",
                                lookahead.right(),
                                lookahead.tokens(),
                                FidelityCell.Lookahead.EARLY,
                                Math.round(100 * lookahead.wrongEarly())),
                        text));
        if (!oneTokenizer) {
            TerminalTable.paragraph("tokenizers:", TWO_TOKENIZERS, text);
        }
        TerminalTable.paragraph(
                "importance:",
                importance == null
                        ? "not compared: "
                                + (oneTokenizer ? "no prompt is long enough" : "it needs one tokenizer for both")
                        : String.format(
                                Locale.ROOT,
                                "rank correlation %.2f with the target's own; %d%% of the %d most important tokens in"
                                        + " common",
                                importance.spearman(),
                                Math.round(100 * importance.overlap()),
                                importance.top()),
                text);
        verdict().forEach(sentence -> TerminalTable.paragraph("verdict:", sentence, text));
        // The verdict is the advice here: of methods with this draft, and of those without one.
        FidelityReport figures = new FidelityReport(fidelity.command(), fidelity.notes(), List.of(), fidelity.cells());
        return text.append('\n').append(FidelityTable.render(figures)).toString();
    }

    /** Returns the report as JSON, with a line end at its end. */
    public String json() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    }
}
