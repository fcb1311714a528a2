package io.speckv.bench.device;

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

/** Checks that tokens are drawn with the CPU's probabilities, and that a seed gives the same answer alone and in a batch. */
final class SamplingCheck implements Check {
    private static final int PROMPT = 120;
    private static final int ANSWER = 24;
    private static final double PROBABILITY = 1e-3;
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
            return new Seen(
                    "probabilities within %.1e of the CPU's; one seed, one answer of %d tokens"
                            .formatted(worst, ANSWER),
                    Map.of("worstProbability", worst, "tokens", ANSWER, "differentTokens", different));
        }
    }
}
