package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FidelityReportTest {
    private static FidelityCell cell(
            String method, int budget, int prompts, double totalMillis, @Nullable Estimate lost) {
        double mean = lost == null ? 0 : lost.mean();
        return new FidelityCell(
                method,
                budget,
                1024,
                prompts,
                0.5,
                new Interval(0.25, 0.75),
                7.0,
                lost,
                lost,
                null,
                100,
                totalMillis,
                (budget == 0 ? 8 : 2) << 20,
                List.of(
                        new FidelityCell.Places(1, 1, prompts, mean, mean),
                        new FidelityCell.Places(2, 4, 3 * prompts, 2 * mean, 3 * mean)),
                new FidelityCell.PromptLosses(lost == null ? List.of() : Collections.nCopies(prompts, mean), 0, false),
                false);
    }

    /** The cell with other losses of single prompts. */
    private static FidelityCell with(FidelityCell cell, FidelityCell.PromptLosses losses) {
        return new FidelityCell(
                cell.method(),
                cell.budget(),
                cell.length(),
                cell.prompts(),
                cell.equal(),
                cell.equalInterval(),
                cell.partsAfter(),
                cell.lost(),
                cell.divergence(),
                cell.lookahead(),
                cell.firstTokenMillis(),
                cell.totalMillis(),
                cell.kvBytes(),
                cell.places(),
                losses,
                cell.dropsNothing());
    }

    private static FidelityReport report(FidelityCell... cells) {
        return FidelityReport.of("./speckv eval fidelity", List.of("20 prompts"), 0.01, List.of(cells));
    }

    private static final FidelityCell FULL = cell("full", 0, 20, 400, new Estimate(0, 0, 0));
    private static final FidelityCell SURE = cell("speckv", 256, 20, 200, new Estimate(0.005, 0.001, 0.009));
    private static final FidelityCell FASTER = cell("specpc", 256, 20, 100, new Estimate(0.008, 0.001, 0.02));
    private static final FidelityCell SLOWER = cell("snapkv", 512, 20, 300, new Estimate(-0.001, -0.002, 0.001));

    @Test
    void advisesTheFastestOfThoseThatLikelyLoseLess() {
        assertThat(report(FULL, FASTER, SLOWER, SURE).advice())
                .containsExactly("At 1k to 2k tokens: speckv with budget 256 loses 0.50% of a token's likelihood (95%"
                        + " interval 0.10 to 0.90%, 20 prompts): likely less than 1%, after 50% of the full cache's time, with 25%"
                        + " of its memory.");
    }

    @Test
    void namesTheLeastLossWhereNoneIsLikelyLess() {
        FidelityCell worse = cell("h2o", 64, 20, 50, new Estimate(0.7, 0.5, 0.9));

        assertThat(report(FULL, worse, FASTER).advice().get(0))
                .contains("no method and budget likely loses less than 1% of a token's likelihood; the least, specpc"
                        + " with budget 256 loses 0.80%");
    }

    @Test
    void saysNothingOfTooFewPromptsOrOfUnknownLosses() {
        assertThat(report(cell("speckv", 256, 19, 1, new Estimate(0, 0, 0)))
                        .advice()
                        .get(0))
                .contains("19 prompts are too few to say; 20 are enough");
        assertThat(report(FULL, cell("speckv", 256, 20, 1, null)).advice().get(0))
                .contains("of no method and budget the loss is known for every prompt");
        assertThat(report(FULL).advice().get(0)).contains("nothing that compresses was measured");
    }

    @Test
    void advisesNothingWhoseLossIsNotKnownOfEveryPrompt() {
        FidelityCell endsEarly = with(SURE, new FidelityCell.PromptLosses(Collections.nCopies(17, 0.0), 0, false));
        FidelityReport report = report(FULL, endsEarly, SLOWER);

        assertThat(report.advice().get(0))
                .contains("snapkv with budget 512 loses")
                .contains("likely less than 1%");
        assertThat(FidelityTable.render(report).replaceAll("\\s+", " "))
                .contains("unknown: the loss of speckv with budget 256 in 3 of 20 prompts");
        assertThat(FidelityTable.markdown(report)).contains("Unknown: the loss of speckv with budget 256 in 3 of 20");
    }

    @Test
    void neverCallsALowerBoundLess() {
        FidelityCell atLeast = with(SURE, new FidelityCell.PromptLosses(Collections.nCopies(20, 0.005), 1, false));
        FidelityReport report = report(FULL, atLeast);

        assertThat(report.advice().get(0))
                .contains("no method and budget likely loses less than 1%")
                .contains("speckv with budget 256 loses at least 0.50%");
        assertThat(FidelityTable.render(report)).contains(" >=0.50 0.10 to 0.90");
        assertThat(FidelityTable.render(report).lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void everyFigureThatIsALowerBoundSaysSo() {
        FidelityCell atLeast = with(SURE, new FidelityCell.PromptLosses(Collections.nCopies(20, 0.005), 1, true));
        String table = FidelityTable.render(report(FULL, atLeast));

        assertThat(table.replaceAll(" +", " "))
                .contains(" >=0.50 0.10 to 0.90 >=0.005 ")
                .contains("\nspeckv 256 >=0.50 >=1.00\n")
                .contains("\nspeckv 256 >=0.005 >=0.015\n")
                .contains("\nfull whole 0.00 0.00\n");
        assertThat(FidelityTable.render(report(FULL, SURE))).doesNotContain(">=");
    }

    @Test
    void ofOneKnownLossThereIsNoInterval() {
        FidelityCell one = with(SURE, new FidelityCell.PromptLosses(List.of(0.005), 0, false));

        assertThat(FidelityTable.render(report(FULL, one)))
                .contains(" 0.50            - 0.005 ")
                .doesNotContain("0.10 to 0.90");
    }

    @Test
    void thePageOfARunWithoutProbabilitiesShowsTimesAndEqualAnswers() {
        String page = FidelityPage.render(report(FULL, cell("speckv", 256, 20, 123, null)));
        String known = FidelityPage.render(report(FULL, SURE));

        assertThat(points(page, "Time to last token")).isEqualTo(1);
        assertThat(points(page, "Equal answers")).isEqualTo(1);
        assertThat(points(page, "Likelihood lost<")).isZero();
        assertThat(points(known, "Likelihood lost<")).isEqualTo(1);
    }

    @Test
    void timesAreDrawnBesideThoseOfTheFullCache() {
        String page = FidelityPage.render(report(FULL, SURE, SLOWER));

        assertThat(chart(page, "Time to last token"))
                .contains("<title>full, budget (kept tokens) 256: 400")
                .contains("<title>full, budget (kept tokens) 512: 400");
        assertThat(chart(page, "Equal answers")).doesNotContain("<title>full");
    }

    /** The points of the chart with this title. */
    private static long points(String page, String title) {
        return chart(page, title).split("<circle").length - 1L;
    }

    private static String chart(String page, String title) {
        return page.lines()
                .dropWhile(line -> !line.contains(title))
                .takeWhile(line -> !line.contains("</figure>"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void theTableHasEightyColumnsAndEveryNumber() {
        FidelityCell lossy = cell("speckv-pc", 1024, 20, 12345, new Estimate(0.223, 0.1, 0.4));
        String table = FidelityTable.render(report(FULL, SURE, lossy));

        assertThat(table.lines()).allMatch(line -> line.length() <= 80);
        assertThat(table).contains("""
                1k to 2k tokens, 20 prompts
                method    keeps same % parts loss %       95% CI    KL first ms all ms MiB
                full      whole     50     7   0.00 0.00 to 0.00 0.000    100.0  400.0 8.0
                speckv      256     50     7   0.50 0.10 to 0.90 0.005    100.0  200.0 2.0
                speckv-pc  1024     50     7     20 9.52 to 33 0.223    100.0  12345 2.0
                """.replace("20 9.52 to 33 0.223", "20   9.52 to 33 0.223"));
        assertThat(table).contains("\nadvice: At 1k to 2k tokens").contains("\nnote: 20 prompts\n");
    }

    @Test
    void thePageAndTheMarkdownHaveTheSameNumbers() throws IOException {
        FidelityReport report = report(FULL, SURE, FASTER, cell("x<y", 256, 20, 9, new Estimate(0.5, 0.4, 0.6)));
        String page = FidelityPage.render(report);

        assertThat(page)
                .startsWith("<!doctype html>")
                .contains("Likelihood lost by place, budget 256")
                .contains("0.50 0.10 to 0.90")
                .contains("x&lt;y")
                .doesNotContain("x<y")
                .doesNotContain("<script");
        assertThat(FidelityTable.markdown(report))
                .startsWith("`./speckv eval fidelity`\n")
                .contains("| speckv | 256 | 50 | 7 | 0.50 | 0.10 to 0.90 | 0.005 | 100.0 | 200.0 | 2.0 |");
        assertThat(report.json()).contains("\"totalMillis\" : 200.0").endsWith("}\n");
    }

    @Test
    void aReportNeedsCells() {
        assertThatThrownBy(() -> report()).hasMessageContaining("has no cells");
    }
}
