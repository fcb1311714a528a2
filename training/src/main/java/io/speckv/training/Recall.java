package io.speckv.training;

import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.WeightedTokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The share of answers that a model gives exactly right. In a right answer each token is the most probable one after the
 * right tokens before it, as greedy decoding needs.
 */
final class Recall {
    private final Map<RecallMix.Kind, int[]> counts = new EnumMap<>(RecallMix.Kind.class);

    /** Measures {@code samples} fresh sequences of a length, of the mix's kinds. */
    static Recall measure(
            TrainingGraph graph, RecallMix mix, int length, int samples, int tokensPerStep, Random random) {
        Recall recall = new Recall();
        List<RecallMix.Kind> kinds = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            RecallMix.Kind kind = mix.kind(length, random);
            kinds.add(kind);
            examples.add(mix.recall(length, kind, random));
        }
        int batch = Math.max(1, tokensPerStep / length);
        for (int from = 0; from < samples; from += batch) {
            int to = Math.min(samples, from + batch);
            recall.add(graph, kinds.subList(from, to), examples.subList(from, to));
        }
        return recall;
    }

    /** Measures one kind. */
    static double of(TrainingGraph graph, RecallMix mix, RecallMix.Kind kind, int length, int samples, Random random) {
        Recall recall = new Recall();
        for (int i = 0; i < samples; i++) {
            recall.add(graph, List.of(kind), List.of(mix.recall(length, kind, random)));
        }
        return recall.share();
    }

    private void add(TrainingGraph graph, List<RecallMix.Kind> kinds, List<Example> examples) {
        int[][] tokens = new int[examples.size()][];
        float[][] weights = new float[examples.size()][];
        for (int i = 0; i < tokens.length; i++) {
            Example example = examples.get(i);
            tokens[i] = example.tokens();
            weights[i] = new float[tokens[i].length];
            for (int j = 0; j < tokens[i].length; j++) {
                weights[i][j] = example.answers()[j] ? 1 : 0;
            }
        }
        int[] predicted = graph.predict(new WeightedTokens(tokens, weights));
        int next = 0;
        for (int i = 0; i < tokens.length; i++) {
            int[] count = counts.computeIfAbsent(kinds.get(i), kind -> new int[2]);
            boolean right = true;
            for (int j = 1; j < tokens[i].length; j++) {
                if (weights[i][j] > 0) {
                    right &= predicted[next++] == tokens[i][j];
                } else if (weights[i][j - 1] > 0) {
                    count(count, right);
                    right = true;
                }
            }
            count(count, right);
        }
    }

    private static void count(int[] count, boolean right) {
        count[0] += right ? 1 : 0;
        count[1]++;
    }

    /** Returns the share of all answers that were right. */
    double share() {
        return shareOf(counts.keySet());
    }

    /** Returns the share of right answers among those of {@code kinds}; 0 if there were none. */
    double shareOf(Set<RecallMix.Kind> kinds) {
        int right = 0;
        int all = 0;
        for (RecallMix.Kind kind : kinds) {
            int[] count = counts.getOrDefault(kind, new int[2]);
            right += count[0];
            all += count[1];
        }
        return all == 0 ? 0 : (double) right / all;
    }

    /** Returns the share of answers that were right, by kind. */
    Map<RecallMix.Kind, Double> byKind() {
        Map<RecallMix.Kind, Double> shares = new EnumMap<>(RecallMix.Kind.class);
        counts.forEach((kind, count) -> shares.put(kind, Math.round(1000.0 * count[0] / count[1]) / 1000.0));
        return shares;
    }
}
