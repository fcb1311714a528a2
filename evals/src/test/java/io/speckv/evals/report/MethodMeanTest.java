package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MethodMeanTest {
    private static EvalCell cell(double accuracy, double low, double high, double millis, @Nullable Obedience form) {
        return new EvalCell("m", "t", 0, 64, 10, accuracy, new Interval(low, high), millis, 2 * millis, 1 << 20, form);
    }

    private static Obedience form(double share, double low, double high) {
        return new Obedience(share, new Interval(low, high));
    }

    @Test
    void theMeanOfOneTaskIsTheTask() {
        MethodMean mean = MethodMean.of(List.of(cell(0.5, 0.3, 0.9, 7, null)));

        assertThat(mean.accuracy()).isEqualTo(0.5);
        assertThat(mean.interval().low()).isCloseTo(0.3, within(1e-12));
        assertThat(mean.interval().high()).isCloseTo(0.9, within(1e-12));
        assertThat(mean.totalMillis()).isEqualTo(14);
        assertThat(mean.kvMebibytes()).isEqualTo(1);
        assertThat(mean.obedience()).isNull();
    }

    @Test
    void errorsOfTasksAddUpAsThoseOfIndependentNumbersOnEachSide() {
        // Below 0.3 and 0.4 give half of 0.5, above 0.06 and 0.08 half of 0.1.
        MethodMean mean = MethodMean.of(List.of(cell(0.4, 0.1, 0.46, 1, null), cell(0.8, 0.4, 0.88, 3, null)));

        assertThat(mean.accuracy()).isCloseTo(0.6, within(1e-12));
        assertThat(mean.interval().low()).isCloseTo(0.35, within(1e-12));
        assertThat(mean.interval().high()).isCloseTo(0.65, within(1e-12));
        assertThat(mean.firstTokenMillis()).isEqualTo(2);
    }

    private static EvalCell named(String task, int samples, int right) {
        Interval interval = Interval.wilson(right, samples);
        return new EvalCell(
                "m", task, 0, 64, samples, (double) right / samples, interval, samples, 2 * samples, 1 << 20, null);
    }

    @Test
    void theLengthsOfLongBenchV2CountBySamplesAndTogetherAsOneTask() {
        List<EvalCell> lengths = List.of(
                named("longbench_v2 short", 180, 90),
                named("longbench_v2 medium", 215, 86),
                named("longbench_v2 long", 108, 27));
        MethodMean alone = MethodMean.of(lengths);
        List<EvalCell> more = new ArrayList<>(lengths);
        more.add(named("hotpotqa", 200, 100));

        assertThat(alone.accuracy()).isCloseTo(203 / 503.0, within(1e-12));
        Interval whole = Interval.wilson(203, 503);
        assertThat(alone.interval().low()).isCloseTo(whole.low(), within(0.003));
        assertThat(alone.interval().high()).isCloseTo(whole.high(), within(0.003));
        assertThat(MethodMean.of(more).accuracy()).isCloseTo((203 / 503.0 + 0.5) / 2, within(1e-12));
    }

    @Test
    void onlyTasksThatAskForAFormCountForObedience() {
        MethodMean mean = MethodMean.of(List.of(
                cell(1, 1, 1, 1, null), cell(1, 1, 1, 1, form(0.5, 0.2, 0.9)), cell(1, 1, 1, 1, form(1, 0.6, 1))));

        Obedience obedience = Objects.requireNonNull(mean.obedience());
        assertThat(obedience.share()).isEqualTo(0.75);
        assertThat(obedience.interval().low()).isCloseTo(0.75 - 0.25, within(1e-12));
        assertThat(obedience.interval().high()).isCloseTo(0.75 + 0.2, within(1e-12));
    }

    /** Tasks of different difficulty whose true shares are known are answered again and again. */
    @Test
    void theIntervalHoldsTheTrueMeanInNinetyFiveOfAHundredRuns() {
        double[] shares = {0.5, 0.9, 0.7, 0.2, 0.97};
        double truth = 3.27 / 5;
        int samples = 40;
        int runs = 2000;
        Random random = new Random(1);
        int held = 0;
        for (int run = 0; run < runs; run++) {
            List<EvalCell> cells = new ArrayList<>();
            for (double share : shares) {
                int right = (int)
                        random.doubles(samples).filter(drawn -> drawn < share).count();
                Interval interval = Interval.wilson(right, samples);
                cells.add(cell((double) right / samples, interval.low(), interval.high(), 1, null));
            }
            Interval interval = MethodMean.of(cells).interval();
            held += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
        }
        // Two thousand runs tell the coverage to one in a hundred.
        assertThat((double) held / runs).isBetween(0.935, 0.975);
    }
}
