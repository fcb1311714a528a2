package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;
import io.speckv.evals.report.FidelityCell;
import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import io.speckv.evals.stats.Median;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One setting's measurements over the prompts of one group of lengths, as a cell of a report. Losses and divergences are means
 * of the prompts whose loss is {@linkplain AnswerLoss#known known}, and of no others.
 */
final class CellOfPrompts {
    private CellOfPrompts() {}

    /**
     * Returns the cell.
     *
     * @param setting of all of them
     * @param length of the group
     * @param measured at least one prompt
     * @param divergenceAtLeast whether divergences are lower bounds, as where a service tells only the likeliest tokens
     */
    static FidelityCell of(Setting setting, int length, List<MeasuredAnswer> measured, boolean divergenceAtLeast) {
        List<AnswerMeter.Measured> prompts =
                measured.stream().map(MeasuredAnswer::measured).toList();
        double[] equal = values(prompts, prompt -> prompt.loss().equal() ? 1 : 0);
        double[] parted = prompts.stream()
                .map(AnswerMeter.Measured::loss)
                .filter(loss -> !loss.equal())
                .mapToDouble(AnswerLoss::equalTokens)
                .toArray();
        List<AnswerLoss> known = prompts.stream()
                .map(AnswerMeter.Measured::loss)
                .filter(AnswerLoss::known)
                .toList();
        // Each answer counts once, whatever its length.
        List<Double> losses = known.stream().map(AnswerLoss::meanLost).toList();
        int atLeast =
                (int) known.stream().filter(loss -> loss.lowerBounds() > 0).count();
        return new FidelityCell(
                setting.method(),
                setting.budget(),
                length,
                prompts.size(),
                Estimate.ofMean(equal).mean(),
                Interval.ofScores(equal),
                parted.length == 0 ? null : Median.of(parted),
                losses.isEmpty() ? null : Estimate.ofMean(array(losses)),
                known.isEmpty()
                        ? null
                        : Estimate.ofMean(known.stream()
                                .mapToDouble(AnswerLoss::meanDivergence)
                                .toArray()),
                lookahead(prompts),
                Median.of(values(prompts, AnswerMeter.Measured::firstTokenMillis)),
                Median.of(values(prompts, AnswerMeter.Measured::totalMillis)),
                Math.round(Median.of(values(prompts, AnswerMeter.Measured::kvBytes))),
                places(known),
                new FidelityCell.PromptLosses(losses, atLeast, divergenceAtLeast && !setting.keepsAll()),
                !setting.keepsAll() && measured.stream().allMatch(answer -> answer.promptTokens() <= setting.budget()));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] values(List<AnswerMeter.Measured> prompts, ToDoubleFunction<AnswerMeter.Measured> value) {
        return prompts.stream().mapToDouble(value).toArray();
    }

    private static FidelityCell.@Nullable Lookahead lookahead(List<AnswerMeter.Measured> prompts) {
        List<AnswerMeter.Lookahead> drafted = prompts.stream()
                .map(AnswerMeter.Measured::lookahead)
                .filter(lookahead -> lookahead.tokens() > 0)
                .toList();
        if (drafted.isEmpty()) {
            return null;
        }
        return new FidelityCell.Lookahead(
                mean(drafted, AnswerMeter.Lookahead::tokens),
                mean(drafted, AnswerMeter.Lookahead::right),
                mean(drafted, CellOfPrompts::isWrongEarly));
    }

    private static int isWrongEarly(AnswerMeter.Lookahead lookahead) {
        return lookahead.right() < Math.min(FidelityCell.Lookahead.EARLY, lookahead.tokens()) ? 1 : 0;
    }

    private static double mean(List<AnswerMeter.Lookahead> drafted, ToIntFunction<AnswerMeter.Lookahead> value) {
        return drafted.stream().mapToInt(value).average().orElseThrow();
    }

    private static List<FidelityCell.Places> places(List<AnswerLoss> known) {
        List<FidelityCell.Places> groups = new ArrayList<>();
        int longest = known.stream().mapToInt(loss -> loss.lost().size()).max().orElse(0);
        // Groups of places 1, 2 to 4, 5 to 16 and so on: each ends four times as far as the one before.
        int first = 0;
        for (int end = 1; first < longest; end *= 4) {
            List<Double> lost = new ArrayList<>();
            List<Double> divergence = new ArrayList<>();
            for (AnswerLoss loss : known) {
                int to = Math.min(end, loss.lost().size());
                if (first < to) {
                    lost.addAll(loss.lost().subList(first, to));
                    divergence.addAll(loss.divergence().subList(first, to));
                }
            }
            groups.add(new FidelityCell.Places(
                    first + 1, Math.min(end, longest), lost.size(), mean(lost), mean(divergence)));
            first = end;
        }
        return groups;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
