package io.speckv.cascade;

import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events in random orders, for every method and fallback. */
class RandomOrderTest {
    static final int PROMPT = 12;
    private static final int ORDERS = 1000;
    private static final int MOST_EVENTS = 40;

    static List<String> methods() {
        return Methods.names();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void whateverTheOrderEveryRequestEndsOnceAndHoldsNothing(String method) {
        for (int seed = 0; seed < ORDERS; seed++) {
            Random random = new Random(seed);
            World world = new World(random, request(method, random));
            for (int i = 0; i < MOST_EVENTS; i++) {
                world.step();
            }
            world.end();
        }
    }

    private static CascadeRequest request(String method, Random random) {
        Map<String, Object> small = Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1);
        Map<String, Object> settings = switch (method) {
            case "full" -> Map.of();
            case "speckv-pc" ->
                Map.of("specpc", small, "speckv", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
            case "h2o", "tova", "truncate" -> Map.of("max_capacity_prompt", 4);
            case "streaming" -> Map.of("max_capacity_prompt", 6);
            case "random" -> Map.of("max_capacity_prompt", 4, "window_size", 2);
            case "specprefill" -> Map.of("keep_rate", 0.5, "chunk_size", 2);
            case "llmlingua2" -> Map.of("max_capacity_prompt", 4);
            case "laq++", "corrected-speckv" -> Map.of("max_capacity_prompt", 40);
            default -> small;
        };
        List<Fallback> fallbacks = List.of(
                new Fallback.Fail(),
                new Fallback.TargetAlone(Methods.of("full", Map.of())),
                new Fallback.TargetAlone(List.of(Methods.of("full", Map.of()), Methods.of("snapkv", small))),
                new Fallback.Ngrams(Methods.of("speckv", small), 3),
                new Fallback.ByLoss(new Fallback.Fail(), new Fallback.TargetAlone(Methods.of("snapkv", small))));
        return new CascadeRequest(
                IntStream.range(0, PROMPT).toArray(),
                stretches(random),
                new int[0],
                Methods.of(method, settings),
                6,
                random.nextInt(4) == 0 ? 8 : 100,
                random.nextInt(3) == 0 ? new TargetAbilities(false, false) : TargetAbilities.ALL,
                random.nextInt(8) == 0 ? PROMPT + 1 : 0,
                fallbacks.get(random.nextInt(fallbacks.size())),
                random.nextInt(5) == 0 ? CascadeRequest.Goal.EXPLANATION : CascadeRequest.Goal.ANSWER,
                false);
    }

    /** The whole prompt, or turns of it with or without something between them. */
    private static List<Stretch> stretches(Random random) {
        List<Stretch> stretches = new ArrayList<>();
        int start = 0;
        while (PROMPT - start > 6 && random.nextBoolean()) {
            int first = start + random.nextInt(2);
            start = first + 1 + random.nextInt(5);
            stretches.add(new Stretch(first, start, ProtectedTokens.NONE));
        }
        stretches.add(new Stretch(start, PROMPT, ProtectedTokens.NONE, Lines.NONE, random.nextInt(4) == 0));
        return stretches;
    }
}
