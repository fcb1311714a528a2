package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PairReportTest {
    private static FidelityCell cell(
            String method, int budget, double millis, Estimate lost, FidelityCell.@Nullable Lookahead lookahead) {
        return new FidelityCell(
                method, budget, 1024, 8, 1, new Interval(0, 1), null, lost, lost, lookahead, 1, millis, 1, List.of());
    }

    private static FidelityCell cell(String method, double millis, double low, double mean, double high) {
        boolean drafts = method.contains("speckv");
        return cell(
                method,
                128,
                millis,
                new Estimate(mean, low, high),
                drafts ? new FidelityCell.Lookahead(32, 2.25, 0.875) : null);
    }

    private static PairReport report(PairReport.@Nullable Importance importance, FidelityCell... cells) {
        return new PairReport(
                Set.of("speckv", "corrected-speckv"),
                importance,
                FidelityReport.of("./speckv pair", List.of("a pair"), 0.01, List.of(cells)));
    }

    private static final FidelityCell FULL = cell("full", 0, 9, new Estimate(0, 0, 0), null);

    @Test
    void advisesTheFastestOfThoseAsGoodAsTheBest() {
        FidelityCell slow = cell("laq++", 200, 0.01, 0.02, 0.03);
        FidelityCell fast = cell("speckv", 100, 0.02, 0.025, 0.03);
        FidelityCell faster = cell("snapkv", 50, 0.4, 0.5, 0.6);

        assertThat(report(null, FULL, slow, fast, faster).verdict())
                .containsExactly("At 1k to 2k tokens, budget 128: use speckv, which loses 2.47% of a token's likelihood"
                        + " (without a draft, laq++ 1.98%)");
    }

    @Test
    void saysWhereTheDraftDoesNotPay() {
        FidelityCell alone = cell("laq++", 200, 0.01, 0.02, 0.03);
        FidelityCell guided = cell("speckv", 100, 0.4, 0.5, 0.6);

        assertThat(report(null, FULL, alone, guided).verdict())
                .containsExactly("At 1k to 2k tokens, budget 128: the draft does not pay; use laq++, which loses 1.98%"
                        + " of a token's likelihood (with the draft, speckv 39%)");
    }

    @Test
    void tellsWhatTheDraftKnows() throws IOException {
        FidelityCell guided = cell("speckv", 100, 0.4, 0.5, 0.6);
        PairReport known = report(new PairReport.Importance(8, 0.234, 128, 0.41), FULL, guided);
        String text = known.text();

        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        assertThat(text.replaceAll("\\s+", " "))
                .contains("lookahead: right for 2.3 of 32.0 tokens; wrong within the first 8 in 88% of the prompts")
                .contains("rank correlation 0.23 with the target's own; 41% of the 128 most important tokens in common")
                .contains("1k to 2k tokens, 8 prompts");
        assertThat(report(null, FULL, guided).text()).contains("not compared");
        assertThat(known.json()).contains("\"spearman\" : 0.234").contains("\"wrongEarly\" : 0.875");
    }
}
