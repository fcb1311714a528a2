package io.speckv.evals.precision;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.evals.jsonl.JsonLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A prompt and its expected next tokens.
 *
 * @param prompt token ids
 * @param likely ids of the likeliest next tokens, the likeliest first
 * @param logProbabilities of the likeliest tokens, natural logarithms
 */
public record LikelyTokens(int[] prompt, int[] likely, double[] logProbabilities) {
    /** Number of next tokens that are compared. */
    public static final int COUNT = 5;

    /** Returns the likeliest tokens of a model's logits {@code [vocabSize]}; ties go to the lower id. */
    static LikelyTokens of(int[] prompt, float[] logits) {
        double[] all = logSoftmax(logits);
        int[] likely = IntStream.range(0, all.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(id -> -all[id]).thenComparing(id -> id))
                .limit(COUNT)
                .mapToInt(Integer::intValue)
                .toArray();
        return new LikelyTokens(
                prompt, likely, IntStream.of(likely).mapToDouble(id -> all[id]).toArray());
    }

    /**
     * Reads a reference: lines of {@code {"tokens": [1, 2], "likely": [[7, -0.1], [4, -2.5]]}}, each with a prompt and the next
     * tokens that another program found likeliest, in descending order.
     *
     * @throws io.speckv.evals.jsonl.JsonLineException naming a line of another form
     */
    public static List<LikelyTokens> read(Path file) throws IOException {
        List<LikelyTokens> all = new ArrayList<>();
        for (JsonLine line : JsonLine.read(file)) {
            JsonNode tokens = line.object().path("tokens");
            JsonNode likely = line.object().path("likely");
            if (!tokens.isArray() || tokens.isEmpty() || !likely.isArray() || likely.isEmpty()) {
                throw line.wrong("needs \"tokens\": [ids] and \"likely\": [[id, log probability], ...]");
            }
            int[] ids = new int[likely.size()];
            double[] logProbabilities = new double[ids.length];
            for (int i = 0; i < ids.length; i++) {
                JsonNode id = likely.path(i).path(0);
                ids[i] = id.intValue();
                logProbabilities[i] = likely.path(i).path(1).asDouble(Double.NaN);
                if (!isId(id) || !Double.isFinite(logProbabilities[i])) {
                    throw line.wrong("has " + likely.path(i) + " in \"likely\"; use [id, log probability]");
                }
            }
            int[] prompt = new int[tokens.size()];
            for (int i = 0; i < prompt.length; i++) {
                JsonNode id = tokens.path(i);
                prompt[i] = id.intValue();
                if (!isId(id)) {
                    throw line.wrong("has " + id + " in \"tokens\"; use ids, whole numbers from 0 on");
                }
            }
            all.add(new LikelyTokens(prompt, ids, logProbabilities));
        }
        return all;
    }

    private static boolean isId(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
    }

    static double[] logSoftmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double log = largest + Math.log(sum);
        double[] all = new double[logits.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = logits[i] - log;
        }
        return all;
    }
}
