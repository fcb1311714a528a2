package io.speckv.selection.method;

import static io.speckv.selection.method.SettingsMaps.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Reduction;
import io.speckv.selection.cache.AdaSpecKv;
import io.speckv.selection.cache.CorrectedSpecKv;
import io.speckv.selection.cache.LaqPlusPlus;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.SnapKv;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of {@link DraftMethods} beyond those of SpecPC and SpecKV, which {@code MethodsTest} reads one by one. */
class DraftMethodsTest {
    private static CorrectedSpecKv corrected(Map<String, @Nullable Object> settings) {
        return (CorrectedSpecKv) Methods.of("corrected-speckv", settings).cache();
    }

    @Test
    void aCorrectionHasTheBudgetOfItsMethodAndKeysOfItsOwn() {
        CorrectedSpecKv policy = corrected(settings(
                "max_capacity_prompt", 100,
                "window_size", 10,
                "stage_one_window_size", 6,
                "correction_window_size", 7,
                "correction_tokens", 5,
                "trusted_tokens", 3,
                "group_reduction", "max"));

        assertThat(policy.specKv().budget()).isEqualTo(new FixedBudget(100));
        assertThat(policy.specKv().windowSize()).isEqualTo(10);
        assertThat(policy.correction().trustedTokens()).isEqualTo(3);
        assertThat(policy.correction().decoding().tokens()).isEqualTo(5);
        LaqPlusPlus second = (LaqPlusPlus) policy.correction().policy();
        assertThat(second.maxCapacityPrompt()).isEqualTo(100);
        assertThat(second.windowSize()).isEqualTo(7);
        assertThat(second.overGroup()).isEqualTo(Reduction.MAX);
        SnapKv first = policy.correction().decoding().stageOne();
        assertThat(first.windowSize()).isEqualTo(6);
        assertThat(first.maxCapacityPrompt()).isEqualTo(100);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stage_one_window_size | 1024 | must be below max_capacity_prompt (1024)",
                "stage_one_window_size | 0 | must be at least 1",
                "correction_window_size | 1024 | must be below max_capacity_prompt (1024)",
                "correction_window_size | -1 | must not be negative",
                "correction_tokens | 0 | must be at least 1",
                "trusted_tokens | 0 | must be at least 1",
                "lookahead_tokens | -1 | must not be negative; null = max_new_tokens",
                "window_size | 0 | must be at least 1"
            })
    void whatACorrectionRefusesHasTheNameThatWasSet(String key, int value, String rule) {
        assertThatThrownBy(() -> corrected(settings(key, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(key + " = " + value + ": " + rule);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stage_one_window_size | 1024 | must be below max_capacity_prompt (1024)",
                "stage_one_window_size | 0 | must be at least 1",
                "lookahead_tokens | 0 | must be at least 1"
            })
    void whatLaqPlusPlusRefusesHasTheNameThatWasSet(String key, int value, String rule) {
        assertThatThrownBy(() -> Methods.of("laq++", settings(key, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(key + " = " + value + ": " + rule);
    }

    @Test
    void headsOfAdaSpecKvShareAsFarAsTheirFloor() {
        AdaSpecKv policy = (AdaSpecKv) Methods.of("ada-speckv", settings("head_floor", 0.5, "lookahead_tokens", 3))
                .cache();

        assertThat(policy.headFloor()).isEqualTo(0.5);
        assertThat(policy.lookaheadSource()).isEqualTo(new LookaheadSource.Draft(3));
    }

    /** The key stands beside the blocks. */
    @Test
    void aWeightThatIsWrongIsNamedWithoutABlock() {
        assertThatThrownBy(() -> Methods.of("speckv-pc", settings("second_stage", "blend", "blend_weight", 2)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("blend_weight = 2");
    }

    @Test
    void everySecondStageChecksTheWholeBlock() {
        for (String stage : new String[] {"lookahead", "own_lookahead", "received", "blend"}) {
            assertThatThrownBy(() -> Methods.of(
                            "speckv-pc",
                            settings("second_stage", stage, "speckv", settings("prefill_window_size", 100))))
                    .as(stage)
                    .hasMessageStartingWith("speckv.prefill_window_size = 100: must be a multiple of 64");
        }
    }
}
