package io.speckv.evals.precision;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.PromptPass;
import io.speckv.evals.importance.ImportanceSettings;
import io.speckv.evals.importance.ImportanceStudy;
import io.speckv.selection.cache.FullCache;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Compares a checkpoint in one precision with expected results: next tokens, and the importance of prompt tokens. */
public final class PrecisionStudy {
    private PrecisionStudy() {}

    /**
     * Errors of next-token log-probabilities, over the likeliest tokens of every prompt.
     *
     * @param mean mean absolute error, in nats
     * @param most largest absolute error, in nats
     * @param sameFirst prompts after which the likeliest token is the expected one
     * @param prompts number of prompts
     */
    public record Errors(double mean, double most, int sameFirst, int prompts) {}

    /**
     * Returns stretches of a text.
     *
     * @param tokens the whole text
     * @param shortest least number of tokens in a stretch
     * @param longest largest number of tokens in a stretch, at most those of the text
     */
    public static List<int[]> stretches(int[] tokens, int count, int shortest, int longest, long seed) {
        if (shortest < 1 || longest < shortest || tokens.length < longest) {
            throw new IllegalArgumentException("stretches are of " + shortest + " to " + longest
                    + " tokens and the text has " + tokens.length + "; give a longer text or shorter stretches");
        }
        Random random = new Random(seed);
        return random.ints(count, shortest, longest + 1)
                .mapToObj(length -> {
                    int first = random.nextInt(tokens.length - length + 1);
                    return Arrays.copyOfRange(tokens, first, first + length);
                })
                .toList();
    }

    /** Returns the likeliest next tokens of a model after each prompt. */
    public static List<LikelyTokens> expectations(DecoderModel exact, List<int[]> prompts) {
        return prompts.stream()
                .map(prompt -> LikelyTokens.of(prompt, logits(exact, prompt)))
                .toList();
    }

    /** Returns a model's errors against the expected tokens. */
    public static Errors errors(DecoderModel model, List<LikelyTokens> expected) {
        double sum = 0;
        double most = 0;
        int compared = 0;
        int same = 0;
        for (LikelyTokens one : expected) {
            float[] logits = logits(model, one.prompt());
            double[] found = LikelyTokens.logSoftmax(logits);
            for (int i = 0; i < one.likely().length; i++) {
                double error = Math.abs(found[one.likely()[i]] - one.logProbabilities()[i]);
                sum += error;
                most = Math.max(most, error);
                compared++;
            }
            same += LikelyTokens.of(one.prompt(), logits).likely()[0] == one.likely()[0] ? 1 : 0;
        }
        return new Errors(sum / compared, most, same, expected.size());
    }

    /** Returns the agreement of a model's importances of prompt tokens with those of the exact model. */
    public static ImportanceStudy.Cell importance(
            DecoderModel model, DecoderModel exact, ImportanceSettings compared, List<int[]> prompts) {
        return new ImportanceStudy(model, exact, compared).run(prompts, 0, 0);
    }

    private static float[] logits(DecoderModel model, int[] prompt) {
        Eviction none = new Eviction(new FullCache(), prompt.length, 0, false);
        try (KvArena arena = model.newArena(1, prompt.length);
                PromptPass pass = PromptPass.start(model, arena.take(), none)) {
            pass.feed(prompt, true, YieldPoint.NONE);
            return pass.lastLogits(1)[0];
        }
    }
}
