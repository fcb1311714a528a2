package io.speckv.bench.device;

import io.speckv.bench.device.Answers.Answer;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks in float32 that every eviction rule keeps the same KV pairs as on the CPU, and gives the same answer. */
final class EvictionCheck implements Check {
    private static final List<String> RULES = List.of(
            "snapkv",
            "pyramidkv",
            "ada-snapkv",
            "speckv",
            "ada-speckv",
            "corrected-speckv",
            "h2o",
            "tova",
            "streaming",
            "laq++");
    private static final Set<String> WITHOUT_WINDOW = Set.of("h2o", "tova", "streaming");
    private static final int PROMPT = 300;
    private static final int ANSWER = 16;

    private final GoldenCases cases;
    private final ModelOptions options;
    private final boolean sparse;

    /** @param sparse whether the prefill is sparse: a band and some columns */
    EvictionCheck(GoldenCases cases, ModelOptions options, boolean sparse) {
        this.cases = cases;
        this.options = options;
        this.sparse = sparse;
    }

    @Override
    public String name() {
        return sparse ? "sparse prefill" : "eviction";
    }

    @Override
    public Seen run() throws IOException {
        List<String> rules = sparse ? List.of("speckv") : RULES;
        // Uses small row blocks, so that columns may lie after a block.
        ModelOptions blocks = options.withRowBlock(48);
        try (DecoderModel model = DecoderModel.open(cases.model("llama-target"), blocks);
                DecoderModel onCpu = DecoderModel.open(
                        cases.model("llama-target"),
                        options.withDevice(DeviceName.CPU).withRowBlock(4096))) {
            int[] prompt = Answers.prompt(1, PROMPT);
            for (String rule : rules) {
                Answer right = new Answers(onCpu, ANSWER).alone(prompt, policy(rule), Answers.GREEDY);
                Answer found = new Answers(model, ANSWER).alone(prompt, policy(rule), Answers.GREEDY);
                Expect.equalKept(rule, kept(right), kept(found));
                Expect.equal(rule, right.tokens(), found.tokens());
            }
        }
        return new Seen(
                "%d rules keep what they keep on the CPU, and answer the same".formatted(rules.size()),
                Map.of("rules", rules, "promptTokens", PROMPT));
    }

    private CachePolicy policy(String rule) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("max_capacity_prompt", 90);
        if (!WITHOUT_WINDOW.contains(rule)) {
            settings.put("window_size", 8);
        }
        if (sparse) {
            settings.put("prefill_window_size", 64);
            settings.put("prefill_vertical_size", 32);
        }
        return Methods.of(rule, settings).cache();
    }

    private static int[][][] kept(Answer answer) {
        return answer.kept().stream().map(KeptKeys::perHead).toArray(int[][][]::new);
    }
}
