package io.speckv.bench.device;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Repeats the reference's runs. In float32 everything must agree: logits to 1e-3, scores to 1e-4, kept tokens and KV pairs, and
 * every token of every method. In bf16 logits must be close, and equal tokens are counted.
 */
final class GoldenCheck implements Check {
    private static final double LOGITS = 1e-3;
    /** On a CPU the reference's own bound is 1e-5; a GPU adds in another order. */
    private static final double SCORES = 1e-4;

    private static final double BF16 = 3e-2;
    private static final Map<String, String> METHODS =
            Map.of("specpc", "specpc", "speckv", "speckv", "speckvpc", "speckv-pc");

    private final GoldenCases cases;
    private final ModelOptions options;
    private double worst;
    private int tokens;
    private int agreeing;

    GoldenCheck(GoldenCases cases, ModelOptions options) {
        this.cases = cases;
        this.options = options;
    }

    @Override
    public String name() {
        return "golden runs, " + options.precision();
    }

    @Override
    public Seen run() throws IOException {
        for (GoldenRun run : cases.runs()) {
            try (DecoderModel target = DecoderModel.open(cases.model(run.pair() + "-target"), options);
                    DecoderModel draft = DecoderModel.open(cases.model(run.pair() + "-draft"), options)) {
                full(run, target);
                if (options.precision() == Precision.FP32) {
                    methods(run, new Cascade(target, draft));
                }
            }
        }
        Map<String, Object> figures = Map.of(
                "runs", cases.runs().size(),
                "worstLogit", worst,
                "tokens", tokens,
                "tokensAsReference", agreeing);
        String sentence = options.precision() == Precision.FP32
                ? "%d runs: logits within %.1e, every score, choice and token as the reference's"
                        .formatted(cases.runs().size(), worst)
                : "%d runs: logits at most %.3f standard deviations off, %d of %d greedy tokens as in fp32"
                        .formatted(cases.runs().size(), worst, agreeing, tokens);
        return new Seen(sentence, figures);
    }

    private void full(GoldenRun run, DecoderModel target) {
        int[] right = run.greedy();
        Answers.Answer answer = new Answers(target, right.length).alone(run.prompt(), new FullCache(), Answers.GREEDY);
        int[] found = answer.tokens();
        for (int i = 0; i < right.length; i++) {
            tokens++;
            agreeing += found[i] == right[i] ? 1 : 0;
        }
        if (options.precision() == Precision.FP32) {
            worst = Math.max(worst, Expect.near(run, run.lastLogits(), answer.firstLogits(), LOGITS));
            Expect.equal(run, right, found);
        } else {
            worst = Math.max(worst, Expect.distance(run, run.lastLogits(), answer.firstLogits(), BF16));
        }
    }

    private void methods(GoldenRun run, Cascade cascade) {
        METHODS.forEach((golden, method) -> {
            String what = run + ", " + method;
            int[] right = run.output(golden);
            Cascade.Result result = cascade.run(
                    Cascade.Request.of(run.prompt(), Methods.of(method, run.settings(golden)), right.length, Set.of()),
                    Answers.GREEDY,
                    token -> true,
                    YieldPoint.NONE);
            if (!golden.equals("speckv")) {
                Expect.near(what, run.scores(), result.scores(), SCORES);
                Expect.equal(what, run.keptTokens(), result.kept());
            }
            if (!golden.equals("specpc")) {
                Expect.equalKept(what, run.keptKeys(golden), selected(result));
            }
            Expect.equal(what, right, result.output());
            tokens += right.length;
            agreeing += right.length;
        });
    }

    private static int[][][] selected(Cascade.Result result) {
        return result.keptKeys().stream()
                .map(KeptKeys::selected)
                .map(heads -> Arrays.copyOf(heads, heads.length))
                .toArray(int[][][]::new);
    }
}
