package io.speckv.bench;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * Measures the cost of each method from prompt to answer, in one process and for one request at a time. The stages run one
 * after the other, so overlap between services does not count.
 *
 * <p>Prompts and weights are random, so no lookahead is accepted and every answer token is decoded.
 */
public final class CascadeBench {
    private static final int WARM_UP_TOKENS = 256;
    private final Cascade cascade;
    private final ModelSize targetSize;
    private final ModelSize draftSize;
    private final Budgets budgets;
    private final long seed = System.nanoTime();

    /**
     * Budgets of the methods and of the answer.
     *
     * @param promptTokens that reach the target, for methods that drop tokens
     * @param kvPairs per layer and KV head, for methods that drop KV pairs
     * @param lookaheadTokens of the draft, for methods that rank KV pairs by lookahead
     * @param newTokens of every answer
     */
    public record Budgets(int promptTokens, int kvPairs, int lookaheadTokens, int newTokens) {}

    /**
     * One method at one length.
     *
     * @param firstTokenSeconds from the prompt to the first token
     * @param totalSeconds to the last token
     * @param decodeTokensPerSecond of the tokens after the first
     * @param keptTokens that reached the target
     * @param keptKvBytes of the target's cache before decoding
     * @param fullKvBytes of the whole prompt's cache
     * @param peakBytes resident memory that the request added to what was resident before
     * @param prefillFlops of draft and target, causal attention counted once
     * @param stageSeconds by stage
     */
    public record Line(
            String method,
            int promptTokens,
            double firstTokenSeconds,
            double totalSeconds,
            double decodeTokensPerSecond,
            int keptTokens,
            long keptKvBytes,
            long fullKvBytes,
            long peakBytes,
            double prefillFlops,
            Map<String, Double> stageSeconds) {}

    private static final Map<String, Function<Budgets, Map<String, Object>>> SETTINGS = settings();

    /** Creates a benchmark over open models, which the caller still closes. */
    public CascadeBench(
            DecoderModel target, ModelSize targetSize, DecoderModel draft, ModelSize draftSize, Budgets budgets) {
        this.cascade = new Cascade(target, draft);
        this.targetSize = targetSize;
        this.draftSize = draftSize;
        this.budgets = budgets;
    }

    private static Map<String, Function<Budgets, Map<String, Object>>> settings() {
        Map<String, Function<Budgets, Map<String, Object>>> settings = new LinkedHashMap<>();
        settings.put("full", budgets -> Map.of());
        settings.put("snapkv", CascadeBench::pairs);
        settings.put("laq++", CascadeBench::pairs);
        settings.put("specprefill", CascadeBench::tokens);
        settings.put("specpc", CascadeBench::tokens);
        settings.put(
                "speckv",
                budgets -> Map.of("max_capacity_prompt", budgets.kvPairs, "lookahead_tokens", budgets.lookaheadTokens));
        settings.put("speckv-pc", budgets -> Map.of("specpc", specPc(budgets), "speckv", pairs(budgets)));
        return settings;
    }

    private static Map<String, Object> tokens(Budgets budgets) {
        return Map.of("max_capacity_prompt", budgets.promptTokens);
    }

    private static Map<String, Object> specPc(Budgets budgets) {
        return Map.of("max_capacity_prompt", budgets.promptTokens, "lookahead_tokens", budgets.lookaheadTokens);
    }

    private static Map<String, Object> pairs(Budgets budgets) {
        return Map.of("max_capacity_prompt", budgets.kvPairs);
    }

    /** Returns the methods that can be measured. */
    public static List<String> methods() {
        return List.copyOf(SETTINGS.keySet());
    }

    /** Runs every method, so that its kernels are compiled. */
    public void warmUp(List<String> methods) {
        methods.forEach(method -> measure(method, WARM_UP_TOKENS));
    }

    /**
     * Measures one method at one length.
     *
     * @throws IllegalArgumentException naming the known methods
     */
    public Line measure(String name, int promptTokens) {
        Function<Budgets, Map<String, Object>> settings = SETTINGS.get(name);
        if (settings == null) {
            throw new IllegalArgumentException("method is '" + name + "'; use some of " + methods());
        }
        Method method = Methods.of(name, settings.apply(budgets));
        Cascade.Request request = Cascade.Request.of(prompt(promptTokens), method, budgets.newTokens, Set.of());
        long before = ResidentMemory.startPeak();
        long started = System.nanoTime();
        long[] first = new long[1];
        Cascade.Result result = cascade.run(
                request,
                (logits, output) -> Greedy.token(logits),
                token -> {
                    if (first[0] == 0) {
                        first[0] = System.nanoTime();
                    }
                    return true;
                },
                YieldPoint.NONE);
        long ended = System.nanoTime();
        Map<String, Double> stages = new LinkedHashMap<>();
        result.stages().byStage().forEach((stage, nanos) -> stages.put(stage, nanos / 1e9));
        return new Line(
                name,
                promptTokens,
                (first[0] - started) / 1e9,
                (ended - started) / 1e9,
                (budgets.newTokens - 1) / ((ended - first[0]) / 1e9),
                result.kept().length,
                result.kvBytes().kept(),
                result.kvBytes().full(),
                ResidentMemory.peakBytes() - before,
                prefillFlops(method, promptTokens, result.kept().length),
                stages);
    }

    /** Returns the prompt that every method reads at one length. No two prompts begin alike, not even across runs. */
    public int[] prompt(int tokens) {
        return new Random(seed + tokens)
                .ints(tokens, 3, targetSize.shape().vocabSize())
                .toArray();
    }

    private double prefillFlops(Method method, int promptTokens, int keptTokens) {
        DraftWork work = method.draftWork(promptTokens, budgets.newTokens);
        return (work.isNone() ? 0 : draftSize.prefillFlops(promptTokens)) + targetSize.prefillFlops(keptTokens);
    }
}
