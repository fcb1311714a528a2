package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenFamily;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method on every family, each with itself as the draft. */
@Tag("numerics")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MethodsOnFamiliesTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
    private static final int BUDGET = 40;

    /** Methods that drop prompt tokens, or KV pairs, or both, with budgets below the prompts. */
    private static final Map<String, Map<String, Object>> PROMPT_METHODS = Map.of(
            "specpc", Map.of("max_capacity_prompt", BUDGET, "window_size", 8, "starting_layer_index", 0),
            "specprefill", Map.of("keep_rate", 0.5),
            "truncate", Map.of("max_capacity_prompt", BUDGET),
            "random", Map.of("max_capacity_prompt", BUDGET, "window_size", 8));

    private static final Map<String, Map<String, Object>> CACHE_METHODS = Map.of(
            "corrected-speckv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8, "kernel_size", 3),
            "speckv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8, "kernel_size", 3),
            "ada-speckv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8, "kernel_size", 3),
            "snapkv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8),
            "pyramidkv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8),
            "ada-snapkv", Map.of("max_capacity_prompt", BUDGET, "window_size", 8),
            "h2o", Map.of("max_capacity_prompt", BUDGET),
            "tova", Map.of("max_capacity_prompt", BUDGET),
            "streaming", Map.of("max_capacity_prompt", BUDGET),
            "laq++", Map.of("max_capacity_prompt", BUDGET));

    private static final Map<String, Map<String, Object>> BOTH = Map.of(
            "speckv-pc",
            Map.of(
                    "specpc", Map.of("max_capacity_prompt", 44, "window_size", 8, "starting_layer_index", 0),
                    "speckv", Map.of("max_capacity_prompt", 32, "window_size", 8, "kernel_size", 3)));

    private final Map<String, DecoderModel> models = new LinkedHashMap<>();

    @AfterAll
    void close() {
        models.values().forEach(DecoderModel::close);
    }

    static Stream<Arguments> everyMethodOnEveryFamily() {
        return GoldenFamily.all().stream()
                .flatMap(family -> Stream.of(PROMPT_METHODS, CACHE_METHODS, BOTH)
                        .flatMap(methods -> methods.entrySet().stream())
                        .map(entry -> Arguments.of(family, entry.getKey(), entry.getValue())));
    }

    @ParameterizedTest
    @MethodSource("everyMethodOnEveryFamily")
    void everyMethodAnswersOnEveryFamily(GoldenFamily family, String name, Map<String, Object> settings) {
        Cascade.Result result = run(family, Methods.of(name, settings));
        int prompt = family.prompt().length;
        assertThat(result.output()).hasSize(family.greedy().length);
        if (CACHE_METHODS.containsKey(name)) {
            assertThat(result.keptKeys().stream()
                            .mapToInt(MethodsOnFamiliesTest::pairs)
                            .sum())
                    .isLessThan(prompt
                            * model(family).shape().layers()
                            * model(family).shape().kvHeads());
        } else {
            assertThat(result.kept()).hasSizeLessThan(prompt);
        }
    }

    static Stream<Arguments> evictingMethodsOnFamiliesWithWindows() {
        return Stream.of("mistral", "phi3-long", "gemma3", "qwen2-window")
                .map(GoldenFamily::named)
                .flatMap(family -> CACHE_METHODS.entrySet().stream()
                        .map(entry -> Arguments.of(family, entry.getKey(), entry.getValue())));
    }

    /** A layer with a window keeps what it sees through it; the method decides on the others. */
    @ParameterizedTest
    @MethodSource("evictingMethodsOnFamiliesWithWindows")
    void layersWithAWindowKeepTheirWindow(GoldenFamily family, String name, Map<String, Object> settings) {
        ModelShape shape = model(family).shape();
        List<KeptKeys> kept = run(family, Methods.of(name, settings)).keptKeys();
        int prompt = family.prompt().length;
        for (int layer = 0; layer < shape.layers(); layer++) {
            int window = shape.layer(layer).window();
            if (window == LayerShape.NO_WINDOW) {
                continue;
            }
            for (int[] head : kept.get(layer).perHead()) {
                int end = head[head.length - 1] + 1;
                assertThat(end).isBetween(prompt - 1, prompt);
                assertThat(head)
                        .isEqualTo(IntStream.range(end - window + 1, end).toArray());
            }
        }
    }

    /** So where all layers have one, evicting changes nothing: what is dropped was out of sight. */
    @ParameterizedTest
    @MethodSource("evictingMethodsOnFamiliesWithWindows")
    void evictionBehindWindowsChangesNoAnswer(GoldenFamily family, String name, Map<String, Object> settings) {
        ModelShape shape = model(family).shape();
        if (shape.isLocalThroughoutIn(family.prompt().length)) {
            assertThat(run(family, Methods.of(name, settings)).output()).isEqualTo(family.greedy());
        }
    }

    private static int pairs(KeptKeys layer) {
        return Arrays.stream(layer.perHead()).mapToInt(head -> head.length).sum();
    }

    private Cascade.Result run(GoldenFamily family, Method method) {
        DecoderModel model = model(family);
        return new Cascade(model, model)
                .run(
                        Cascade.Request.of(family.prompt(), method, family.greedy().length, Set.of()),
                        (logits, generated) -> Greedy.token(logits),
                        token -> true,
                        YieldPoint.NONE);
    }

    private DecoderModel model(GoldenFamily family) {
        return models.computeIfAbsent(family.toString(), name -> DecoderModel.open(family.folder(), FP32));
    }
}
