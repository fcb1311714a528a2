package io.speckv.bench.device;

import io.speckv.bench.device.Answers.Answer;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks that sequences of different lengths answer together as each does alone, with full and with ragged caches. */
final class BatchCheck implements Check {
    private static final int[] LENGTHS = {150, 31, 90, 17, 64, 201, 5, 128};
    private static final int ANSWER = 16;

    private final GoldenCases cases;
    private final ModelOptions options;

    BatchCheck(GoldenCases cases, ModelOptions options) {
        this.cases = cases;
        this.options = options;
    }

    @Override
    public String name() {
        return "batched decode against single";
    }

    @Override
    public Seen run() throws IOException {
        CachePolicy ragged = Methods.of("ada-snapkv", Map.of("max_capacity_prompt", 24, "window_size", 8))
                .cache();
        try (DecoderModel model = DecoderModel.open(cases.model("qwen2-target"), options)) {
            for (CachePolicy policy : List.of(new FullCache(), ragged)) {
                Answers answers = new Answers(model, ANSWER);
                List<int[]> prompts = new ArrayList<>();
                for (int length : LENGTHS) {
                    prompts.add(Answers.prompt(length, length));
                }
                List<Answer> together = answers.together(prompts, policy, Answers.GREEDY);
                for (int i = 0; i < LENGTHS.length; i++) {
                    Expect.equal(
                            "a prompt of " + LENGTHS[i] + " tokens among others",
                            answers.alone(prompts.get(i), policy, Answers.GREEDY)
                                    .tokens(),
                            together.get(i).tokens());
                }
            }
        }
        return new Seen(
                LENGTHS.length + " sequences together answer as alone, full caches and ragged ones",
                Map.of("sequences", LENGTHS.length, "tokensEach", ANSWER));
    }
}
