package io.speckv.selection.method;

import static io.speckv.selection.method.SettingsMaps.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.cache.BlendedScores;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.ReceivedScores;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.SpecPc;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The method of two stages, {@code speckv-pc}: its blocks of settings, its second stage and what it asks of a draft. */
class CascadeMethodTest {
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
}
