package io.speckv.selection.method;

import static io.speckv.selection.method.SettingsMaps.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.SnapKv;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.SpecPc;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MethodsTest {
    static List<String> names() {
        return Methods.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void saysInOneSentenceWhatAMethodDoes(String name) {
        assertThat(Methods.summary(name)).matches("[A-Z].*[^.]\\.").hasSizeBetween(30, 100);
    }

    @ParameterizedTest
    @MethodSource("names")
    void buildsEveryMethodFromItsDefaults(String name) {
        Method method = Methods.of(name, settings());

        assertThat(method.name()).isEqualTo(name);
        assertThat(method.verifyLookahead()).isTrue();
        assertThat(method.cache().compresses(100) || method.prompt().compresses(100))
                .isFalse();
        assertThat(method.cache().compresses(100_000) || method.prompt().compresses(100_000))
                .isEqualTo(!name.equals("full"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesUnknownKeysAndListsTheKnownOnes(String name) {
        assertThatThrownBy(() -> Methods.of(name, settings("windw_size", 3)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("windw_size = 3: is not a key here; the keys are [")
                .hasMessageContaining("verify_lookahead");
    }

    @Test
    void readsEveryKeyOfSpecPc() {
        Method method = Methods.of(
                "specpc",
                settings(
                        "max_capacity_prompt",
                        100,
                        "window_size",
                        10,
                        "pool_type",
                        "avg",
                        "kernel_size",
                        4,
                        "neighbor_tokens",
                        6,
                        "reduction_type",
                        "mean",
                        "lookahead_tokens",
                        3,
                        "starting_layer_index",
                        2,
                        "weighted_query",
                        false,
                        "verify_lookahead",
                        false));

        assertThat(method.verifyLookahead()).isFalse();
        assertThat(method.cache()).isEqualTo(new FullCache());
        SpecPc policy = (SpecPc) method.prompt();
        assertThat(policy.budget()).isEqualTo(new FixedBudget(100));
        assertThat(policy.pooling()).isEqualTo(new Pooling.ZeroPadded(PoolType.MEAN, 4));
        assertThat(policy.neighbourTokens()).isEqualTo(6);
        assertThat(policy.scoring().windowSize()).isEqualTo(10);
        assertThat(policy.scoring().weightedQueries()).isFalse();
        assertThat(policy.scoring().startingLayerIndex()).isEqualTo(2);
        assertThat(policy.scoring().lookaheadFor(99)).isEqualTo(3);
        assertThat(policy.scoring().withinStep()).isEqualTo(Reduction.SUM);
        assertThat(policy.scoring().acrossSteps()).isEqualTo(Reduction.SUM);
    }

    @Test
    void readsEveryKeyOfSpecKv() {
        Method method = Methods.of(
                "speckv",
                settings(
                        "max_capacity_prompt",
                        100,
                        "window_size",
                        10,
                        "pool_type",
                        "mean",
                        "kernel_size",
                        5,
                        "reduction_type",
                        "mean",
                        "lookahead_tokens",
                        3,
                        "prefill_window_size",
                        64,
                        "prefill_vertical_size",
                        50));

        assertThat(method.prompt()).isEqualTo(new KeepAll());
        SpecKv policy = (SpecKv) method.cache();
        assertThat(policy.budget()).isEqualTo(new FixedBudget(100));
        assertThat(policy.windowSize()).isEqualTo(10);
        assertThat(policy.pooling()).isEqualTo(new Pooling.Centred(PoolType.MEAN, 5));
        assertThat(policy.reduction()).isEqualTo(Reduction.MEAN);
        assertThat(policy.lookaheadSource().draftTokens(99)).isEqualTo(3);
        assertThat(policy.sparsePrefill()).isNotNull().satisfies(sparse -> {
            assertThat(sparse.windowSize()).isEqualTo(64);
            assertThat(sparse.verticalSize()).isEqualTo(50);
        });
    }

    @Test
    void takesNeighboursFromTheKernelUnlessSet() {
        assertThat(((SpecPc) Methods.of("specpc", settings("kernel_size", 20, "neighbor_tokens", null))
                                .prompt())
                        .neighbourTokens())
                .isEqualTo(20);
        assertThat(((SpecPc) Methods.of("specpc", settings("pool_type", null)).prompt()).pooling())
                .isEqualTo(new Pooling.ZeroPadded(PoolType.NONE, 64));
    }

    @Test
    void offersTheMeanOverQueriesThenTheMaximum() {
        SpecPc policy = (SpecPc) Methods.of("specpc", settings("reduction_type", "mean_then_max"))
                .prompt();

        assertThat(policy.scoring().overQueries()).isEqualTo(Reduction.MEAN);
        assertThat(policy.scoring().withinStep()).isEqualTo(Reduction.MAX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "speckv|kernel_size|64|must be odd",
                "speckv|kernel_size|0|must be odd",
                "speckv|prefill_window_size|100|must be a multiple of 64",
                "speckv|max_capacity_prompt|5000|must be at most prefill_window_size + prefill_vertical_size",
                "speckv|max_capacity_prompt|32|must be below the budget",
                "speckv|max_capacity_prompt|0|must be at least 1",
                "speckv|window_size|0|must be at least 1",
                "speckv|lookahead_tokens|-1|must not be negative",
                "specpc|lookahead_tokens|0|must be at least 1",
                "specpc|neighbor_tokens|-1|must not be negative",
                "specpc|kernel_size|0|must be at least 1",
                "specpc|max_capacity_prompt|64|must be below the budget",
                "snapkv|max_capacity_prompt|32|must be above window_size (32)",
                "pyramidkv|beta|0|must be at least 1",
                "ada-snapkv|head_floor|2|must be between 0 and 1",
                "tova|max_capacity_prompt|1|must be at least 2",
                "streaming|sink_tokens|1024|must be above sink_tokens (1024)"
            })
    void namesKeyValueAndRuleOfWhatItRefuses(String method, String key, int value, String rule) {
        assertThatThrownBy(() -> Methods.of(method, settings(key, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(" = ")
                .hasMessageContaining(rule);
    }

    @Test
    void refusesValuesOfTheWrongType() {
        assertThatThrownBy(() -> Methods.of("speckv", settings("window_size", "32")))
                .hasMessage("window_size = '32': must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("speckv", settings("window_size", 3.5)))
                .hasMessage("window_size = 3.5: must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("speckv", settings("window_size", null)))
                .hasMessage("window_size = null: must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("specpc", settings("weighted_query", "yes")))
                .hasMessage("weighted_query = 'yes': must be true or false");
        assertThatThrownBy(() -> Methods.of("speckv", settings("pool_type", "avg")))
                .hasMessage("pool_type = avg: must be one of [max, mean]");
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("specpc", 3)))
                .hasMessage("specpc = 3: must be a block of settings");
    }

    @Test
    void servesOneFileToEveryMethodAndLetsTopKeysAndDottedKeysWin() {
        Map<String, @Nullable Object> file = settings(
                "specpc", settings("max_capacity_prompt", 200),
                "speckv", settings("max_capacity_prompt", 50),
                "speckv.window_size", 7);

        assertThat(((SpecPc) Methods.of("specpc", file).prompt()).budget()).isEqualTo(new FixedBudget(200));
        assertThat(((SpecKv) Methods.of("speckv", file).cache()).budget()).isEqualTo(new FixedBudget(50));
        assertThat(((SpecKv) Methods.of("speckv", file).cache()).windowSize()).isEqualTo(7);
        assertThat(((SpecKv) Methods.of("speckv-pc", file).cache()).windowSize())
                .isEqualTo(7);
        assertThat(((SnapKv) Methods.of("snapkv", file).cache()).maxCapacityPrompt())
                .isEqualTo(1024);
        file.put("max_capacity_prompt", 60);
        assertThat(((SpecKv) Methods.of("speckv", file).cache()).budget()).isEqualTo(new FixedBudget(60));
    }

    @Test
    void correctedSpecKvReadsDenselyAndHasNoKeysOfASparsePrefill() {
        assertThat(Methods.of("corrected-speckv", Map.of()).cache().sparsePrefill())
                .isNull();
        assertThatThrownBy(() -> Methods.of("corrected-speckv", Map.of("prefill_window_size", 64)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("prefill_window_size");
    }
}
