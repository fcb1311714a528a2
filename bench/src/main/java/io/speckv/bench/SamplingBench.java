package io.speckv.bench;

import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;

/** Measures the cost of choosing a token from the logits of a whole vocabulary. */
public final class SamplingBench {
    private static final int WARM_UP = 200;
    private static final int ALTERNATIVES = 5;

    /** Standard deviations of the logits: of a model that is sure of a few tokens, and of one that is sure of none. */
    private static final float SURE = 4;

    private static final float UNSURE = 1;

    private final int vocabSize;
    private final int rounds;

    /**
     * Creates a benchmark of choices among so many tokens.
     *
     * @param rounds repetitions of each choice, of which the median counts, at least 1
     */
    public SamplingBench(int vocabSize, int rounds) {
        this.vocabSize = vocabSize;
        this.rounds = rounds;
    }

    /**
     * One way to choose.
     *
     * @param token the chosen one
     * @param seconds of one choice
     */
    public record Line(String settings, int token, double seconds) {}

    private record Way(String settings, IntSupplier choice) {}

    /** Measures all ways in turn. The first takes the likeliest token, which looks at each logit once. */
    public List<Line> measure() {
        float[] sure = logits(SURE);
        float[] unsure = logits(UNSURE);
        List<Way> ways = List.of(
                way("most likely", sure, shaped(0, 0, 1, 0)),
                way("temperature 0.8", sure, shaped(0.8, 0, 1, 0)),
                way("temperature 0.8, top-k 40", sure, shaped(0.8, 40, 1, 0)),
                way("temperature 0.8, top-p 0.95", sure, shaped(0.8, 0, 0.95, 0)),
                way("the same, of logits that are nearly alike", unsure, shaped(0.8, 0, 0.95, 0)),
                way("temperature 0.8, min-p 0.05", sure, shaped(0.8, 0, 1, 0.05)),
                new Way(
                        "log probabilities of 5, besides",
                        () -> TokenLogprobs.of(sure, 0, ALTERNATIVES).topTokens()[0]));
        double[][] seconds = new double[ways.size()][rounds];
        int[] chosen = new int[ways.size()];
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                long began = System.nanoTime();
                chosen[i] = ways.get(i).choice().getAsInt();
                if (round >= 0) {
                    seconds[i][round] = (System.nanoTime() - began) / 1e9;
                }
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            Arrays.sort(seconds[i]);
            lines.add(new Line(ways.get(i).settings(), chosen[i], seconds[i][rounds / 2]));
        }
        return lines;
    }

    private static Way way(String name, float[] logits, SamplingSettings settings) {
        Sampler sampler = new Sampler(settings, 0, new int[0], Set.of());
        return new Way(name, () -> sampler.choose(logits, new int[0]));
    }

    private static SamplingSettings shaped(double temperature, int topK, double topP, double minP) {
        return new SamplingSettings(
                temperature,
                topK,
                topP,
                minP,
                1,
                0,
                0,
                1L,
                1,
                List.of(),
                Set.of(),
                false,
                SamplingSettings.NO_LOGPROBS);
    }

    private float[] logits(float deviation) {
        Random random = new Random(1);
        float[] logits = new float[vocabSize];
        for (int i = 0; i < vocabSize; i++) {
            logits[i] = (float) random.nextGaussian() * deviation;
        }
        return logits;
    }
}
