package io.speckv.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.ReceivedScores;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.Collapse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptPromptTest {
    private static final int[] PROMPT = {100, 101, 102, 103, 104, 105, 106, 107};
    private static final float[] SCORES = {0.1f, 0.2f, 0.9f, 0.1f, 0.3f, 0.8f, 0.1f, 0.1f};

    @Test
    void aPromptThatStaysWholeStandsWhereItStood() {
        KeptPrompt kept = KeptPrompt.of(Methods.of("full", Map.of()), PROMPT, new float[0]);

        assertThat(kept.isShortened()).isFalse();
        assertThat(kept.tokens()).isEqualTo(PROMPT);
        assertThat(kept.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(kept.continuesAt()).isEqualTo(8);
        assertThat(kept.scores()).isEmpty();
    }

    @Test
    void specPcRenumbersWhatItKeeps() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);

        assertThat(kept.tokens()).containsExactly(102, 105, 106, 107);
        assertThat(kept.kept()).containsExactly(2, 5, 6, 7);
        assertThat(kept.positions()).containsExactly(0, 1, 2, 3);
        assertThat(kept.continuesAt()).isEqualTo(4);
        assertThat(kept.scores()).as("no policy ranks by them").isEmpty();
    }

    @Test
    void specPrefillLeavesThemAtTheirOldPositions() {
        Method method = Methods.of("specprefill", Map.<String, Object>of("keep_rate", 0.5, "chunk_size", 2));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);

        assertThat(kept.positions()).isEqualTo(kept.kept());
        assertThat(kept.continuesAt()).isEqualTo(8);
    }

    @Test
    void aPolicyThatRanksByTheDraftsScoresGetsThoseOfTheKeptTokens() {
        Map<String, Object> settings = Map.of(
                "second_stage", "received",
                "specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1),
                "speckv", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
        Method method = Methods.of("speckv-pc", settings);
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);
        CachePolicy policy = kept.policy(method.cache());

        assertThat(kept.scores()).containsExactly(0.9f, 0.8f, 0.1f, 0.1f);
        assertThat(policy).isInstanceOf(ReceivedScores.class);
        assertThat(((ReceivedScores) policy).tokenScores()).isEqualTo(kept.scores());
    }

    @Test
    void aPolicyThatEvictsNothingNeedsNoScores() {
        Method method = Methods.of("speckv-pc", Map.of("second_stage", "received"));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, new float[0]);

        assertThat(kept.policy(method.cache())).isSameAs(method.cache());
    }

    @Test
    void whatIsProtectedStaysWhateverItsScore() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        KeptPrompt kept = KeptPrompt.of(
                method, PROMPT, new int[0], Stretch.whole(PROMPT.length, ProtectedTokens.of(0, 3)), SCORES);

        assertThat(kept.kept()).containsExactly(0, 3, 6, 7);
    }

    @Test
    void aChoiceThatLooksWrongGivesWayToTheWholePromptWhereThatIsAskedFor() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        float[] flat = new float[PROMPT.length];
        CascadeRequest asked = CascadeRequest.of(PROMPT, method, 1);

        assertThat(asked.kept(method, asked.begin(), flat).isShortened()).isTrue();
        assertThat(asked.kept(method, asked.begin(), flat).collapse()).isEqualTo(Collapse.FLAT_SCORES);
        CascadeRequest careful = new CascadeRequest(
                PROMPT,
                asked.stretches(),
                method,
                1,
                PROMPT.length,
                TargetAbilities.ALL,
                0,
                new Fallback.Fail(),
                CascadeRequest.Goal.ANSWER,
                true);
        assertThat(careful.kept(method, careful.begin(), flat).isShortened()).isFalse();
        assertThat(careful.kept(method, careful.begin(), flat).collapse()).isEqualTo(Collapse.FLAT_SCORES);
        assertThat(careful.kept(method, careful.begin(), SCORES).isShortened()).isTrue();
    }

    @Test
    void aStretchIsChosenFromByItsOwnScoresAndWhatStandsBeforeItStays() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
        int[] before = {1, 2};
        float[] scores = {9, 9, 0.1f, 0.2f, 0.8f, 0.1f};
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, before, new Stretch(4, 8, ProtectedTokens.NONE), scores);

        assertThat(kept.kept()).containsExactly(1, 2, 5, 6, 7);
        assertThat(kept.tokens()).containsExactly(101, 102, 105, 106, 107);
    }
}
