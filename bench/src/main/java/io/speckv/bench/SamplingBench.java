package io.speckv.bench;

import io.speckv.engine.DeviceName;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenDraw;
import io.speckv.engine.sampling.TokenLogprobs;
import io.speckv.engine.torch.ChosenToken;
import io.speckv.engine.torch.DeviceLogits;
import io.speckv.evals.stats.Median;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Measures the cost of choosing tokens from the logits of a whole vocabulary: on the host, one row after the other, and on a
 * device, all rows of a step in one call.
 */
public final class SamplingBench {
    /** The way whose time counts most: what chat clients send. */
    public static final String NUCLEUS = "temperature 0.8, top-p 0.95";

    private static final int WARM_UP = 200;
    private static final int DEVICE_WARM_UP = 3;
    private static final int ALTERNATIVES = 5;

    /** Standard deviations of the logits: of a model that is sure of a few tokens, and of one that is sure of none. */
    private static final float SURE = 4;

    private static final float UNSURE = 1;

    private static final int[] NOTHING = {};

    private final int vocabSize;
    private final int rounds;
    private final DeviceName device;
    private final int rows;

    /**
     * Creates a benchmark of choices among so many tokens.
     *
     * @param rounds repetitions of each choice, of which the median counts, at least 1
     * @param device that chooses the rows of a step
     * @param rows of a step, at least 1
     */
    public SamplingBench(int vocabSize, int rounds, DeviceName device, int rows) {
        this.vocabSize = vocabSize;
        this.rounds = rounds;
        this.device = device;
        this.rows = rows;
    }

    /**
     * One way to choose.
     *
     * @param token the chosen one
     * @param hostSeconds of one choice on the host
     * @param deviceSeconds of one choice on the device, a step's time over its rows
     */
    public record Line(String settings, int token, double hostSeconds, double deviceSeconds) {}

    private record Way(String name, float deviation, SamplingSettings settings) {
        /** Returns a sampler with a seed of its own. */
        Sampler sampler(int row) {
            return new Sampler(settings, row, new int[0], Set.of());
        }
    }

    /**
     * Measures all ways, and compares the device's choice of every row with the host's. The first takes the likeliest token, which looks
     * at each logit once.
     *
     * @throws IllegalStateException if host and device choose different tokens
     */
    public List<Line> measure() {
        List<Way> ways = List.of(
                new Way("most likely", SURE, shaped(0, 0, 1, 0, SamplingSettings.NO_LOGPROBS)),
                new Way("temperature 0.8", SURE, shaped(0.8, 0, 1, 0, SamplingSettings.NO_LOGPROBS)),
                new Way("temperature 0.8, top-k 40", SURE, shaped(0.8, 40, 1, 0, SamplingSettings.NO_LOGPROBS)),
                new Way(NUCLEUS, SURE, shaped(0.8, 0, 0.95, 0, SamplingSettings.NO_LOGPROBS)),
                new Way(
                        "the same, of logits that are nearly alike",
                        UNSURE,
                        shaped(0.8, 0, 0.95, 0, SamplingSettings.NO_LOGPROBS)),
                new Way("temperature 0.8, min-p 0.05", SURE, shaped(0.8, 0, 1, 0.05, SamplingSettings.NO_LOGPROBS)),
                new Way("most likely, log probabilities of 5", SURE, shaped(0, 0, 1, 0, ALTERNATIVES)));
        return ways.stream().map(this::measure).toList();
    }

    private Line measure(Way way) {
        float[][] step = new float[rows][];
        List<TokenDraw> draws = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            step[row] = logits(way.deviation, row);
            draws.add(way.sampler(row).draw(NOTHING));
        }
        Sampler first = way.sampler(0);
        double host = median(WARM_UP, () -> {
            var unused = first.logprobs(step[0], first.choose(step[0], NOTHING));
        });
        try (DeviceLogits onDevice = DeviceLogits.of(device, step)) {
            List<ChosenToken> chosen = onDevice.choose(draws);
            for (int row = 0; row < rows; row++) {
                requireSame(way, row, step[row], chosen.get(row));
            }
            double together = median(DEVICE_WARM_UP, () -> {
                var unused = onDevice.choose(draws);
            });
            return new Line(way.name, chosen.get(0).token(), host, together / rows);
        }
    }

    private static void requireSame(Way way, int row, float[] logits, ChosenToken chosen) {
        Sampler sampler = way.sampler(row);
        int token = sampler.choose(logits, NOTHING);
        int[] likeliest =
                sampler.logprobs(logits, token).map(TokenLogprobs::topTokens).orElse(NOTHING);
        int[] reported = chosen.logprobs().map(TokenLogprobs::topTokens).orElse(NOTHING);
        if (chosen.orThrow() != token || !Arrays.equals(likeliest, reported)) {
            throw new IllegalStateException("%s: the host chose token %d of %s, the device %d of %s"
                    .formatted(way.name, token, Arrays.toString(likeliest), chosen.token(), Arrays.toString(reported)));
        }
    }

    private double median(int warmUp, Runnable choice) {
        double[] seconds = new double[rounds];
        for (int round = -warmUp; round < rounds; round++) {
            long began = System.nanoTime();
            choice.run();
            if (round >= 0) {
                seconds[round] = (System.nanoTime() - began) / 1e9;
            }
        }
        return Median.of(seconds);
    }

    private static SamplingSettings shaped(double temperature, int topK, double topP, double minP, int logprobs) {
        return new SamplingSettings(
                temperature, topK, topP, minP, 1, 0, 0, null, 1, List.of(), Set.of(), false, logprobs);
    }

    private float[] logits(float deviation, int row) {
        Random random = new Random(row);
        float[] logits = new float[vocabSize];
        for (int i = 0; i < vocabSize; i++) {
            logits[i] = (float) random.nextGaussian() * deviation;
        }
        return logits;
    }
}
