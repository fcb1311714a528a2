package io.speckv.selection.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.LengthBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.ShareBudget;
import io.speckv.selection.UnlimitedBudget;
import io.speckv.selection.cache.BlendedScores;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.ReceivedScores;
import io.speckv.selection.cache.SnapKv;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.SpecPc;
import io.speckv.selection.prompt.SpecPrefill;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MethodsTest {
    private static Map<String, @Nullable Object> settings(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return settings;
    }

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

    @Test
    void readsBudgetsByCountByMassAndByShare() {
        assertThat(((SpecKv) Methods.of("speckv", settings("max_capacity_prompt", null))
                                .cache())
                        .budget())
                .isEqualTo(new UnlimitedBudget());
        assertThat(((SpecKv) Methods.of("speckv", settings("score_mass", 0.9)).cache()).budget())
                .isEqualTo(new ScoreMassBudget(0.9, 33, 1024));
        assertThat(((SpecPc) Methods.of("specpc", settings("score_mass", 1, "floor", 70, "cap", 90))
                                .prompt())
                        .budget())
                .isEqualTo(new ScoreMassBudget(1, 70, 90));
        assertThat(((SpecPrefill) Methods.of("specprefill", settings("keep_rate", 0.1))
                                .prompt())
                        .budget())
                .isEqualTo(new ShareBudget(0.1));
        assertThatThrownBy(() -> Methods.of("specpc", settings("floor", 70)))
                .hasMessage("floor = 70: needs score_mass to be set, too");
        assertThatThrownBy(() -> Methods.of("truncate", settings("keep_rate", 0.1, "max_capacity_prompt", 8)))
                .hasMessageContaining("keep_rate = 0.1");
    }

    @Test
    void readsSharesOfThePromptByItsLength() {
        assertThat(((SpecPc) Methods.of("specpc", settings("keep_rate", 0.2)).prompt()).budget())
                .as("with room for the window and one more")
                .isEqualTo(new ShareBudget(0.2, 65));
        Map<String, Object> curve = Map.of("2048", 1, "32768", 0.125);
        LengthBudget budget = new LengthBudget(new TreeMap<>(Map.of(2048, 1.0, 32768, 0.125)), 65);
        assertThat(((SpecPc) Methods.of("specpc", settings("keep_rate_by_length", curve))
                                .prompt())
                        .budget())
                .isEqualTo(budget);
        assertThat(((SpecPc) Methods.of("speckv-pc", settings("specpc", Map.of("keep_rate_by_length", curve)))
                                .prompt())
                        .budget())
                .isEqualTo(budget);
        assertThat(Methods.applied("specpc", settings("keep_rate_by_length", curve)))
                .containsEntry("keep_rate_by_length", curve)
                .doesNotContainKey("max_capacity_prompt");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", curve, "max_capacity_prompt", 9)))
                .hasMessageContaining("keep_rate_by_length")
                .hasMessageContaining("cannot be set together with max_capacity_prompt");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", Map.of("2k", 1))))
                .hasMessageContaining("must hold numbers by token counts, such as {2048: 1.0, 32768: 0.2}");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", 0.5)))
                .hasMessageContaining("must be a block of settings");
        assertThatThrownBy(() -> Methods.of("specprefill", settings("window_size", 5)))
                .as("a key that the method has not")
                .hasMessageContaining("window_size");
    }

    /** A request's budget takes the place of the one in the settings it is laid over, of whatever kind both are. */
    @Test
    void aBudgetGivesWayToOneOfAnotherKind() {
        Map<String, @Nullable Object> curve = settings("keep_rate_by_length", Map.of("9", 0.5), "window_size", 8);
        Map<String, @Nullable Object> count = settings("max_capacity_prompt", 512, "window_size", 8);

        assertThat(BudgetKeys.givingWayTo(count, curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(curve, count)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(curve, curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(settings("keep_rate", 0.1), curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(settings("score_mass", 0.9), count))
                .as("a count bounds a share of the mass")
                .isEqualTo(count);
        assertThat(BudgetKeys.givingWayTo(settings("kernel_size", 7), curve)).isEqualTo(curve);
        assertThat(BudgetKeys.givingWayTo(settings("max_capacity_prompt", null), curve))
                .isEqualTo(curve);
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
                .hasMessage("window_size = 32: must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("speckv", settings("window_size", 3.5)))
                .hasMessage("window_size = 3.5: must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("speckv", settings("window_size", null)))
                .hasMessage("window_size = null: must be a whole number of 32 bits");
        assertThatThrownBy(() -> Methods.of("specpc", settings("weighted_query", "yes")))
                .hasMessage("weighted_query = yes: must be true or false");
        assertThatThrownBy(() -> Methods.of("speckv", settings("pool_type", "avg")))
                .hasMessage("pool_type = avg: must be one of [max, mean]");
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("specpc", 3)))
                .hasMessage("specpc = 3: must be a block of settings");
    }

    @Test
    void readsTheCascadesStagesFromEitherKindOfBlock() {
        Map<String, @Nullable Object> pc =
                settings("max_capacity_prompt", 200, "window_size", 8, "lookahead_tokens", 5);
        Map<String, @Nullable Object> kv = settings("max_capacity_prompt", 50, "lookahead_tokens", 9);

        Method ours = Methods.of("speckv-pc", settings("specpc", pc, "speckv", kv));
        Method theirs = Methods.of("speckv-pc", settings("specpc_config", pc, "speckv_config", kv));

        assertThat(ours).isEqualTo(theirs);
        assertThat(((SpecPc) ours.prompt()).budget()).isEqualTo(new FixedBudget(200));
        assertThat(((SpecKv) ours.cache()).budget()).isEqualTo(new FixedBudget(50));
        assertThat(ours.cache().lookaheadSource()).isEqualTo(new LookaheadSource.ScoringPass());
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("speckv_config", settings("kernel_size", 8))))
                .hasMessage("speckv_config.kernel_size = 8: must be odd and at least 1");
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("specpc", settings("windw", 8))))
                .hasMessageStartingWith("specpc.windw = 8: is not a key here");
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("specpc", pc, "specpc_config", pc)))
                .hasMessageContaining("cannot be set together with specpc_config");
    }

    @Test
    void choosesTheSecondStageBySetting() {
        assertThat(Methods.of("speckv-pc", settings("second_stage", "lookahead"))
                        .cache())
                .isInstanceOf(SpecKv.class);
        assertThat(Methods.of("speckv-pc", settings("second_stage", "received")).cache())
                .isInstanceOf(ReceivedScores.class);
        BlendedScores blend =
                (BlendedScores) Methods.of("speckv-pc", settings("second_stage", "blend", "blend_weight", 0.25))
                        .cache();
        assertThat(blend.receivedWeight()).isEqualTo(0.25);
        Method overlapping = Methods.of("speckv-pc", settings("second_stage", "own_lookahead"));
        assertThat(overlapping.cache().lookaheadSource()).isEqualTo(new LookaheadSource.Draft(null));
        DraftWork work = overlapping.draftWork(100_000, 24);
        assertThat(work.lookaheadTokens()).isEqualTo(24);
        assertThat(work.scoring()).isNotNull();
        assertThat(work.scoringTokens()).isEqualTo(1);
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("second_stage", "other")))
                .hasMessage("second_stage = other: must be one of [blend, lookahead, own_lookahead, received]");
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
    void tokenClassificationAsksForAClassifierOnlyWhenItCompresses() {
        Method ours = Methods.of("llmlingua2", settings("max_capacity_prompt", 100, "classifier", "folder"));
        Method servers = Methods.of("llmlingua2", settings("max_capacity_prompt", 100));

        assertThat(ours.draftWork(100, 20)).isEqualTo(DraftWork.NONE);
        assertThat(ours.draftWork(101, 20)).isEqualTo(new DraftWork(null, 0, true, 0));
        assertThat(ours.needsDraft(101, 20)).isTrue();
        assertThat(ours.draftWork(101, 20).needsModel()).isFalse();
        assertThat(ours.prompt().scoreSource().classifierFolder()).isEqualTo("folder");
        assertThat(servers.prompt().scoreSource().classifierFolder()).isNull();
        assertThat(Methods.applied("llmlingua2", settings())).containsEntry("classifier", null);
        assertThatThrownBy(() -> Methods.of("llmlingua2", settings("classifier", 3)))
                .hasMessage("classifier = 3: must be a text");
        assertThatThrownBy(() -> Methods.of("llmlingua2", settings("classifier", " ")))
                .hasMessage("classifier =  : must name the folder of a token classifier");
    }

    @Test
    void saysWhetherARequestNeedsADraft() {
        Method specKv = Methods.of("speckv", settings("max_capacity_prompt", 100));

        assertThat(specKv.needsDraft(101, 20)).isFalse();
        assertThat(specKv.needsDraft(102, 20)).isTrue();
        assertThat(Methods.of("specpc", settings()).needsDraft(2000, 20)).isTrue();
        assertThat(Methods.of("specpc", settings()).needsDraft(1024, 20)).isFalse();
        assertThat(Methods.of("snapkv", settings()).needsDraft(5000, 20)).isFalse();
    }

    /** 101 prompt tokens are the first of which the second stage drops, 201 the first of which the first stage does. */
    @ParameterizedTest
    @CsvSource({
        "lookahead, 99, 0, false",
        "lookahead, 101, 0, false",
        "lookahead, 102, 5, false",
        "lookahead, 200, 5, false",
        "lookahead, 201, 5, true",
        "blend, 101, 0, false",
        "blend, 102, 5, true",
        "blend, 200, 5, true",
        "blend, 201, 5, true",
        "received, 100, 0, false",
        "received, 101, 5, true",
        "received, 200, 5, true",
        "received, 201, 5, true",
        "own_lookahead, 101, 0, false",
        "own_lookahead, 102, 9, false",
        "own_lookahead, 200, 9, false",
        "own_lookahead, 201, 9, true",
    })
    void theCascadeDraftsWhereverItsSecondStageEvicts(String stage, int promptTokens, int lookahead, boolean scored) {
        Method method = Methods.of(
                "speckv-pc",
                settings(
                        "second_stage", stage,
                        "specpc", settings("max_capacity_prompt", 200, "lookahead_tokens", 5),
                        "speckv", settings("max_capacity_prompt", 100, "lookahead_tokens", 9)));

        DraftWork work = method.draftWork(promptTokens, 20);

        assertThat(work.lookaheadTokens()).isEqualTo(lookahead);
        assertThat(work.scoring() != null).isEqualTo(scored);
        assertThat(method.needsDraft(promptTokens, 20)).isEqualTo(scored || lookahead > 0);
        assertThat(method.cache().lookaheadChooses(promptTokens))
                .isEqualTo(promptTokens > 101 && !stage.equals("received"));
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
