package io.speckv.bench.device;

import io.speckv.bench.SamplingBench;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that tokens are drawn with the CPU's probabilities, that a seed gives the same answer alone and in a batch, and that
 * the device chooses the tokens that the host chooses.
 */
final class SamplingCheck implements Check {
    private static final int PROMPT = 120;
    private static final int ANSWER = 24;
    private static final double PROBABILITY = 1e-3;
    private static final int VOCABULARY = 128_256;
    private static final int ROUNDS = 3;
    private static final int ROWS = 20;
    private static final SamplingSettings SETTINGS =
            new SamplingSettings(0.9, 40, 0.95, 0, 1.1, 0, 0, 11L, ANSWER, List.of(), Set.of(), true, -1);

    private final GoldenCases cases;
    private final ModelOptions options;

    SamplingCheck(GoldenCases cases, ModelOptions options) {
        this.cases = cases;
        this.options = options;
    }

    @Override
    public String name() {
        return "sampling";
    }

    @Override
    public Seen run() throws IOException {
        int[] prompt = Answers.prompt(3, PROMPT);
        Sampler sampler = new Sampler(SETTINGS, 0, prompt, Set.of());
        TokenChoice choice = sampler::choose;
        try (DecoderModel model = DecoderModel.open(cases.model("qwen3-target"), options);
                DecoderModel onCpu =
                        DecoderModel.open(cases.model("qwen3-target"), options.withDevice(DeviceName.CPU))) {
            Answers answers = new Answers(model, ANSWER);
            Answers.Answer alone = answers.alone(prompt, new FullCache(), choice);
            float[] right =
                    new Answers(onCpu, 1).alone(prompt, new FullCache(), choice).firstLogits();
            double worst = Expect.near(
                    "probability of the first token",
                    sampler.probabilities(right, new int[0]),
                    sampler.probabilities(alone.firstLogits(), new int[0]),
                    PROBABILITY);
            int[] again = answers.alone(prompt, new FullCache(), choice).tokens();
            Expect.equal("the same seed again", alone.tokens(), again);
            int[] among = answers.together(List.of(Answers.prompt(4, 33), prompt), new FullCache(), choice)
                    .get(1)
                    .tokens();
            Expect.equal("the same seed among others", alone.tokens(), among);
            long different = Arrays.stream(alone.tokens()).distinct().count();
            SamplingBench.Line nucleus = timeOfNucleus();
            return new Seen(
                    "probabilities within %.1e of the CPU's; one seed, one answer of %d tokens; %.3f ms a token, %.2f on the host"
                            .formatted(worst, ANSWER, nucleus.deviceSeconds() * 1e3, nucleus.hostSeconds() * 1e3),
                    Map.of(
                            "worstProbability",
                            worst,
                            "tokens",
                            ANSWER,
                            "differentTokens",
                            different,
                            "deviceMillisPerToken",
                            nucleus.deviceSeconds() * 1e3,
                            "hostMillisPerToken",
                            nucleus.hostSeconds() * 1e3));
        }
    }

    /** It also fails where host and device choose different tokens. */
    private SamplingBench.Line timeOfNucleus() {
        return new SamplingBench(VOCABULARY, ROUNDS, options.device(), ROWS)
                .measure().stream()
                        .filter(line -> line.settings().equals(SamplingBench.NUCLEUS))
                        .findFirst()
                        .orElseThrow();
    }
}
