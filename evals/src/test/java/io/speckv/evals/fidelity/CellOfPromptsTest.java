package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.Setting;
import io.speckv.evals.report.FidelityCell;
import io.speckv.evals.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellOfPromptsTest {
    private static final AnswerMeter.Lookahead NOTHING = new AnswerMeter.Lookahead(0, 0);

    private static FidelityCell cell(List<AnswerMeter.Measured> prompts) {
        return cell(new Setting("snapkv", 64), prompts, false, 1000);
    }

    private static FidelityCell cell(
            Setting setting, List<AnswerMeter.Measured> prompts, boolean divergenceAtLeast, int... promptTokens) {
        List<MeasuredAnswer> measured = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            measured.add(new MeasuredAnswer(
                    setting, "p" + i, i, promptTokens[i % promptTokens.length], 8, 0, prompts.get(i)));
        }
        return CellOfPrompts.of(setting, 512, measured, divergenceAtLeast);
    }

    private static AnswerMeter.Measured measured(AnswerLoss loss, AnswerMeter.Lookahead lookahead, double millis) {
        return new AnswerMeter.Measured(loss, lookahead, millis, 2 * millis, Math.round(1000 * millis));
    }

    private static AnswerMeter.Measured parted(int equal, double... lost) {
        List<Double> losses = new ArrayList<>();
        for (double one : lost) {
            losses.add(one);
        }
        return measured(new AnswerLoss(lost.length, equal, losses, losses, 0), NOTHING, 1);
    }

    @Test
    void aLongAnswerCountsNoMoreThanAShortOne() {
        FidelityCell cell = cell(List.of(parted(0, 1), parted(0, 0, 0, 0, 0, 0)));

        assertThat(Objects.requireNonNull(cell.lost()).mean()).isEqualTo(0.5);
        assertThat(Objects.requireNonNull(cell.divergence()).mean()).isEqualTo(0.5);
        assertThat(cell.losses().known()).containsExactly(1.0, 0.0);
    }

    @Test
    void answersThatPartTellAfterHowManyTokensAndEqualOnesDoNot() {
        AnswerMeter.Measured equal = measured(AnswerLoss.none(9), NOTHING, 1);

        assertThat(cell(List.of(equal, parted(2, 0, 0, 1), equal, parted(5, 0, 0, 0, 0, 0, 1), parted(3, 0, 0, 0, 1)))
                        .partsAfter())
                .isEqualTo(3.0);
        assertThat(cell(List.of(equal)).partsAfter()).isNull();
        assertThat(cell(List.of(equal, equal, parted(0, 1))).equal()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(cell(List.of(equal, equal, parted(0, 1))).equalInterval()).isEqualTo(Interval.wilson(2, 3));
    }

    @Test
    void timesAndMemoryAreMediansSoThatOneSlowPromptDoesNotMatter() {
        FidelityCell cell = cell(List.of(
                measured(AnswerLoss.none(1), NOTHING, 3),
                measured(AnswerLoss.none(1), NOTHING, 1e6),
                measured(AnswerLoss.none(1), NOTHING, 2),
                measured(AnswerLoss.none(1), NOTHING, 4)));

        assertThat(cell.firstTokenMillis()).isEqualTo(3.5);
        assertThat(cell.totalMillis()).isEqualTo(7);
        assertThat(cell.kvBytes()).isEqualTo(3500);
    }

    @ParameterizedTest(name = "{1} right of {0} is wrong early: {2}")
    @CsvSource({"20, 7, 1", "20, 8, 0", "8, 7, 1", "8, 8, 0", "3, 3, 0", "3, 2, 1", "1, 0, 1"})
    void aLookaheadIsWrongEarlyWhereOneOfItsFirstEightTokensIs(int tokens, int right, double wrong) {
        FidelityCell cell = cell(List.of(
                measured(AnswerLoss.none(1), new AnswerMeter.Lookahead(tokens, right), 1),
                measured(AnswerLoss.none(1), NOTHING, 1)));

        assertThat(cell.lookahead()).isEqualTo(new FidelityCell.Lookahead(tokens, right, wrong));
    }

    @Test
    void lossesThatAreAtLeastSoLargeAreCountedByPrompt() {
        AnswerLoss bound = new AnswerLoss(4, 1, List.of(0.0, 2.0), List.of(0.0, 1.0), 2);
        AnswerLoss unknown = new AnswerLoss(4, 3, List.of(0.0, 0.0), List.of(0.0, 0.0), 2);
        FidelityCell cell = cell(List.of(measured(bound, NOTHING, 1), measured(unknown, NOTHING, 1), parted(0, 3)));

        assertThat(cell.losses()).isEqualTo(new FidelityCell.PromptLosses(List.of(1.0, 3.0), 1, false));
        assertThat(cell(List.of(measured(unknown, NOTHING, 1))).lost()).isNull();
    }

    @Test
    void whatIsNotKnownOfALossIsNotKnownOfItsDivergenceOrItsPlacesEither() {
        List<Double> sure = List.of(0.0, 0.0);
        AnswerMeter.Measured unknown = measured(new AnswerLoss(4, 2, sure, sure, 0), NOTHING, 1);
        FidelityCell cell = cell(List.of(unknown, parted(0, 3), unknown));

        assertThat(Objects.requireNonNull(cell.divergence()).mean()).isEqualTo(3);
        assertThat(cell.places()).containsExactly(new FidelityCell.Places(1, 1, 1, 3, 3));
        assertThat(cell(List.of(unknown)).divergence()).isNull();
        assertThat(cell(List.of(unknown)).places()).isEmpty();
    }

    @Test
    void equalAnswersOfNothingButTheirEndLoseNothing() {
        AnswerMeter.Measured empty = measured(new AnswerLoss(1, 1, List.of(), List.of(), 0), NOTHING, 1);
        FidelityCell cell = cell(List.of(empty, parted(0, 1)));

        assertThat(cell.losses().known()).containsExactly(0.0, 1.0);
        assertThat(Objects.requireNonNull(cell.divergence()).mean()).isEqualTo(0.5);
        assertThat(cell.places()).containsExactly(new FidelityCell.Places(1, 1, 1, 1, 1));
    }

    @Test
    void aBudgetDropsNothingOnlyWhereEveryPromptFitsIntoIt() {
        List<AnswerMeter.Measured> two = List.of(parted(0, 1), parted(0, 1));

        assertThat(cell(new Setting("snapkv", 800), two, false, 800, 600).dropsNothing())
                .isTrue();
        assertThat(cell(new Setting("snapkv", 799), two, false, 800, 600).dropsNothing())
                .isFalse();
        assertThat(cell(Setting.fullCache(), two, false, 800, 600).dropsNothing())
                .isFalse();
    }

    @Test
    void theFullCachesDivergenceFromItselfIsNoBound() {
        List<AnswerMeter.Measured> one = List.of(parted(0, 1));

        assertThat(cell(new Setting("snapkv", 64), one, true, 800).losses().divergenceAtLeast())
                .isTrue();
        assertThat(cell(Setting.fullCache(), one, true, 800).losses().divergenceAtLeast())
                .isFalse();
    }

    @Test
    void placesAreInGroupsFourTimesAsWideEachAndHoldEveryTokenOnce() {
        Random random = new Random(1);
        for (int run = 0; run < 200; run++) {
            List<List<Double>> answers = new ArrayList<>();
            List<AnswerMeter.Measured> prompts = new ArrayList<>();
            for (int left = 1 + random.nextInt(4); left > 0; left--) {
                int tokens = random.nextInt(5) == 0 ? 0 : random.nextInt(90);
                List<Double> lost = random.doubles(tokens).boxed().toList();
                answers.add(lost);
                List<Double> divergence = lost.stream().map(one -> 2 * one).toList();
                prompts.add(measured(new AnswerLoss(tokens, 0, lost, divergence, 0), NOTHING, 1));
            }
            List<FidelityCell.Places> groups = cell(prompts).places();

            int longest = answers.stream().mapToInt(List::size).max().orElseThrow();
            int first = 1;
            for (FidelityCell.Places group : groups) {
                assertThat(group.first()).isEqualTo(first);
                assertThat(group.last()).isEqualTo(Math.min(first == 1 ? 1 : 4 * (first - 1), longest));
                double sum = 0;
                int count = 0;
                for (List<Double> answer : answers) {
                    for (int place = group.first(); place <= Math.min(group.last(), answer.size()); place++) {
                        sum += answer.get(place - 1);
                        count++;
                    }
                }
                assertThat(group.tokens()).isEqualTo(count).isPositive();
                assertThat(group.lost()).isCloseTo(sum / count, within(1e-9));
                assertThat(group.divergence()).isCloseTo(2 * sum / count, within(1e-9));
                first = group.last() + 1;
            }
            assertThat(first).isEqualTo(longest + 1);
        }
    }
}
