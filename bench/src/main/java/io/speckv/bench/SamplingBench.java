package io.speckv.bench;

import io.speckv.engine.DeviceName;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenDraw;
import io.speckv.engine.torch.DeviceLogits;
import java.util.Arrays;
import java.util.Collections;
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
        TokenDraw draw() {
            return new Sampler(settings, 0, new int[0], Set.of()).draw(new int[0]);
        }
    }

    /** Measures all ways. The first takes the likeliest token, which looks at each logit once. */
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
        float[] logits = logits(way.deviation);
        Sampler sampler = new Sampler(way.settings, 0, new int[0], Set.of());
        int token = sampler.choose(logits, new int[0]);
        double host = median(WARM_UP, () -> {
            int chosen = sampler.choose(logits, new int[0]);
            var unused = sampler.logprobs(logits, chosen);
        });
        float[][] step = Collections.nCopies(rows, logits).toArray(float[][]::new);
        try (DeviceLogits onDevice = DeviceLogits.of(device, step)) {
            List<TokenDraw> draws = Collections.nCopies(rows, way.draw());
            if (onDevice.choose(draws).get(0).orThrow() != token) {
                throw new IllegalStateException("host and device differ: " + way.name);
            }
            double together = median(DEVICE_WARM_UP, () -> {
                var unused = onDevice.choose(draws);
            });
            return new Line(way.name, token, host, together / rows);
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
        Arrays.sort(seconds);
        return seconds[rounds / 2];
    }

    private static SamplingSettings shaped(double temperature, int topK, double topP, double minP, int logprobs) {
        return new SamplingSettings(
                temperature, topK, topP, minP, 1, 0, 0, 1L, 1, List.of(), Set.of(), false, logprobs);
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
