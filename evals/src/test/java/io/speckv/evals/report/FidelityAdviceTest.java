package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidelityAdviceTest {
    private static final FidelityCell FULL = cell("full", 0, 0, 0, 100, 20, 20, 0);

    /** A loss in nats with an interval up to {@code high}, known of some of the prompts. */
    private static FidelityCell cell(
            String method, int budget, double lost, double high, double millis, int prompts, int known, int atLeast) {
        return cell(method, budget, lost, high, millis, prompts, known, atLeast, false);
    }

    /** A setting into whose budget all prompts fit. */
    private static FidelityCell idle(String method, int budget) {
        return cell(method, budget, 0, 0, 1, 20, 20, 0, true);
    }

    private static FidelityCell cell(
            String method,
            int budget,
            double lost,
            double high,
            double millis,
            int prompts,
            int known,
            int atLeast,
            boolean dropsNothing) {
        return new FidelityCell(
                method,
                budget,
                1024,
                prompts,
                0.5,
                new Interval(0.2, 0.8),
                3.0,
                known == 0 ? null : new Estimate(lost, 0, high),
                null,
                null,
                millis / 2,
                millis,
                budget == 0 ? 4000 : budget,
                List.of(),
                new FidelityCell.PromptLosses(Collections.nCopies(known, lost), atLeast, false),
                dropsNothing);
    }

    private static String advice(double accepted, FidelityCell... cells) {
        return FidelityAdvice.of(1024, List.of(cells), accepted);
    }

    @Test
    void theFastestOfThoseWhoseWholeIntervalIsAcceptedIsAdvised() {
        String advice = advice(
                0.01,
                FULL,
                cell("slow", 512, 0.001, 0.002, 60, 20, 20, 0),
                cell("fast", 256, 0.005, 0.009, 40, 20, 20, 0),
                cell("faster", 128, 0.005, 0.02, 20, 20, 20, 0));

        assertThat(advice)
                .isEqualTo("At 1k to 2k tokens: fast with budget 256 loses 0.50% of a token's likelihood (95% interval "
                        + "0.00 to 0.90%, 20 prompts): likely less than 1%, after 40% of the full cache's time, with 6% of "
                        + "its memory.");
    }

    @Test
    void aBudgetThatDropsNothingIsNotAdvisedHoweverLittleItLoses() {
        FidelityCell lossy = cell("fast", 256, 0.005, 0.009, 40, 20, 20, 0);

        assertThat(advice(0.01, FULL, lossy, idle("fast", 4096)))
                .startsWith("At 1k to 2k tokens: fast with budget 256 loses 0.50%")
                .endsWith(" of its memory. Budget 4096 drops nothing here.");
        assertThat(advice(0.001, FULL, lossy, idle("fast", 4096), idle("slow", 2048), idle("slow", 4096)))
                .contains("no method and budget likely loses less than 0.1% of a token's likelihood; the least, fast")
                .endsWith(" Budgets 2048, 4096 drop nothing here.");
        assertThat(advice(0.01, FULL, idle("fast", 4096)))
                .isEqualTo("At 1k to 2k tokens: every budget drops nothing here, as all prompts fit into it.");
    }

    @Test
    void withoutTheFullCacheNothingIsSaidOfWhatIsSaved() {
        assertThat(advice(0.01, cell("one", 256, 0.005, 0.009, 40, 20, 20, 0))).endsWith("likely less than 1%.");
    }

    @Test
    void aLossThatMayBeLargerIsNeverCalledLess() {
        assertThat(advice(
                        0.01,
                        FULL,
                        cell("bound", 128, 0.001, 0.002, 10, 20, 20, 1),
                        cell("partly", 128, 0.0001, 0.002, 10, 20, 19, 0),
                        cell("lossy", 128, 0.05, 0.09, 10, 20, 20, 0)))
                .isEqualTo(
                        "At 1k to 2k tokens: no method and budget likely loses less than 1% of a token's likelihood; the "
                                + "least, bound with budget 128 loses at least 0.10% of a token's likelihood (95% interval 0.00 to "
                                + "0.20%, 20 prompts).");
        assertThat(advice(
                        0.01,
                        FULL,
                        cell("partly", 128, 0.0001, 0.002, 10, 20, 19, 0),
                        cell("no", 64, 0, 0, 9, 20, 0, 0)))
                .isEqualTo("At 1k to 2k tokens: of no method and budget the loss is known for every prompt.");
    }

    @ParameterizedTest(name = "{0} prompts: {1}")
    @CsvSource({"1, 1 prompt is too few to say; 20 are enough.", "19, 19 prompts are too few to say; 20 are enough."})
    void ofFewPromptsNothingIsSaid(int prompts, String advice) {
        assertThat(advice(0.5, FULL, cell("one", 64, 0, 0, 1, prompts, prompts, 0)))
                .isEqualTo("At 1k to 2k tokens: " + advice);
        assertThat(FidelityAdvice.tooFew(prompts)).contains(advice);
    }

    @Test
    void theFullCacheAloneNeedsNoAdvice() {
        assertThat(advice(0.01, FULL)).isEqualTo("At 1k to 2k tokens: nothing that compresses was measured.");
    }

    @ParameterizedTest(name = "{0}: {1}%")
    @CsvSource({"0.1, 10", "1, 100", "0.2, 20", "0.005, 0.5", "0.0125, 1.25", "0.2005, 20.05", "0.0001, 0.01"})
    void whatIsAcceptedIsToldWithoutIdleZeros(double accepted, String percent) {
        assertThat(advice(accepted, cell("one", 64, 0, 0, 1, 20, 20, 0)))
                .endsWith("likely less than " + percent + "%.");
    }

    @Test
    void aLossAtTheAcceptedShareIsNotLess() {
        double nats = -Math.log(0.75);
        assertThat(FidelityCell.share(nats)).isEqualTo(0.25);
        assertThat(advice(0.25, cell("one", 64, nats, nats, 1, 20, 20, 0)))
                .contains("no method and budget likely loses");
        assertThat(advice(0.26, cell("one", 64, nats, nats, 1, 20, 20, 0))).contains("one with budget 64 loses 25%");
    }
}
