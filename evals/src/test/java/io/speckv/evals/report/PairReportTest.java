package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PairReportTest {
    private static FidelityCell cell(
            String method, int budget, double millis, double[] lost, FidelityCell.@Nullable Lookahead lookahead) {
        return cell(method, budget, millis, lost, lookahead, false);
    }

    private static FidelityCell cell(
            String method,
            int budget,
            double millis,
            double[] lost,
            FidelityCell.@Nullable Lookahead lookahead,
            boolean dropsNothing) {
        Estimate mean = Estimate.ofMean(lost);
        return new FidelityCell(
                method,
                budget,
                1024,
                lost.length,
                1,
                new Interval(0, 1),
                null,
                mean,
                mean,
                lookahead,
                1,
                millis,
                1,
                List.of(),
                new FidelityCell.PromptLosses(Arrays.stream(lost).boxed().toList(), 0, false),
                dropsNothing);
    }

    private static FidelityCell cell(String method, double millis, double[] lost) {
        boolean drafts = method.contains("speckv");
        return cell(method, 128, millis, lost, drafts ? new FidelityCell.Lookahead(32, 2.25, 0.875) : null);
    }

    /** Losses of prompts that are very different from each other, and whose mean this is. */
    private static double[] losses(int prompts, double mean) {
        double[] lost = new double[prompts];
        for (int i = 0; i < prompts; i++) {
            lost[i] = mean * 2 * i / (prompts - 1);
        }
        return lost;
    }

    private static FidelityCell cell(String method, double millis, double mean) {
        return cell(method, millis, losses(20, mean));
    }

    private static PairReport report(PairReport.@Nullable Importance importance, FidelityCell... cells) {
        return new PairReport(
                Set.of("speckv", "corrected-speckv"),
                true,
                importance,
                FidelityReport.of("./speckv pair", List.of("a pair"), 0.01, List.of(cells)));
    }

    private static final FidelityCell FULL = cell("full", 0, 9, new double[20], null);

    @Test
    void advisesTheFastestOfThoseAsGoodAsTheBest() {
        FidelityCell slow = cell("laq++", 200, 0.02);
        double[] alike = losses(20, 0.02);
        // It loses more of most prompts, and much less of two: on the whole about as much.
        for (int i = 0; i < alike.length; i++) {
            alike[i] += i % 10 == 0 ? -0.045 : 0.0105;
        }
        FidelityCell fast = cell("speckv", 100, alike);
        FidelityCell faster = cell("snapkv", 50, 0.5);

        assertThat(report(null, FULL, slow, fast, faster).verdict())
                .containsExactly("At 1k to 2k tokens, budget 128: use speckv, which loses 2.46% of a token's likelihood"
                        + " (without a draft, laq++ 1.98%)");
    }

    @Test
    void saysWhereTheDraftDoesNotPay() {
        FidelityCell alone = cell("laq++", 200, 0.02);
        FidelityCell guided = cell("speckv", 100, 0.5);

        assertThat(report(null, FULL, alone, guided).verdict())
                .containsExactly("At 1k to 2k tokens, budget 128: the draft does not pay; use laq++, which loses 1.98%"
                        + " of a token's likelihood (with the draft, speckv 39%)");
    }

    @Test
    void comparesPromptByPromptHoweverDifferentPromptsAre() {
        double[] least = losses(20, 0.5);
        double[] more = Arrays.stream(least).map(lost -> lost + 0.02).toArray();

        // The intervals of the means overlap nearly wholly, and yet every prompt loses more.
        assertThat(report(null, FULL, cell("laq++", 200, least), cell("speckv", 100, more))
                        .verdict()
                        .get(0))
                .contains("the draft does not pay; use laq++");
    }

    @Test
    void doesNotRecommendAMethodAtABudgetThatDropsNothing() {
        FidelityCell whole = cell("snapkv", 4096, 5, losses(20, 1e-9), null, true);

        assertThat(report(null, FULL, cell("laq++", 200, 0.02), whole).verdict())
                .containsExactly(
                        "At 1k to 2k tokens, budget 128: use laq++, which loses 1.98% of a token's likelihood",
                        "At 1k to 2k tokens, budget 4096: this budget drops nothing here");
    }

    @Test
    void saysNothingOfFewPrompts() {
        FidelityCell alone = cell("laq++", 200, losses(19, 0.02));
        FidelityCell guided = cell("speckv", 100, losses(19, 0.5));

        assertThat(report(null, alone, guided).verdict())
                .containsExactly("At 1k to 2k tokens: 19 prompts are too few to say; 20 are enough.");
    }

    @Test
    void saysTheVerdictOnce() {
        FidelityCell alone = cell("laq++", 200, losses(19, 0.02));
        String text = report(null, alone).text().replaceAll("\\s+", " ");

        assertThat(text.split("too few to say", -1)).hasSize(2);
        assertThat(text).doesNotContain("advice:").contains("note: a pair");
    }

    @Test
    void saysHowTwoTokenizersAreConnectedAndWhatTheFiguresThenCount() {
        PairReport two = new PairReport(
                Set.of("speckv"),
                false,
                null,
                FidelityReport.of("./speckv pair", List.of(), 0.01, List.of(FULL, cell("speckv", 100, 0.5))));

        assertThat(two.text().replaceAll("\\s+", " "))
                .contains("tokenizers: two: the draft reads the prompt's text in its own tokens")
                .contains("counted in the target's tokens; a router needs tokenizer.draft")
                .contains("importance: not compared: it needs one tokenizer for both");
        assertThat(two.text().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void tellsWhatTheDraftKnows() throws IOException {
        FidelityCell guided = cell("speckv", 100, 0.5);
        PairReport known = report(new PairReport.Importance(8, 0.234, 128, 0.41), FULL, guided);
        String text = known.text();

        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        assertThat(text.replaceAll("\\s+", " "))
                .contains("lookahead: right for 2.3 of 32.0 tokens; wrong within the first 8 in 88% of the prompts")
                .contains("rank correlation 0.23 with the target's own; 41% of the 128 most important tokens in common")
                .contains("1k to 2k tokens, 20 prompts");
        assertThat(report(null, FULL, guided).text()).contains("not compared: no prompt is long enough");
        assertThat(known.json()).contains("\"spearman\" : 0.234").contains("\"wrongEarly\" : 0.875");
    }
}
