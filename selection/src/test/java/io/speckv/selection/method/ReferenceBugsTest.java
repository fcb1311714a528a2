package io.speckv.selection.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.RandomScores;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.LayerScores;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.SpecPc;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Bugs of the reference implementation that selection could share. Those of its model patching, data and evaluation have no
 * counterpart here: no mask, batch or global state exists in this module.
 */
class ReferenceBugsTest {

    private static LayerScores scores(CachePolicy policy, int n) {
        int candidates = policy.observation(n, 2).candidateKeys();
        return new LayerScores(0, 1, n, 2, 1, candidates, RandomScores.distinct(1, candidates));
    }

    /** B1: a null lookahead of the cascade falls back to 20 tokens instead of the request's max_new_tokens. */
    @Test
    void nullLookaheadMeansTheRequestsTokensInTheCascade() {
        Map<String, Object> stage = new HashMap<>();
        stage.put("lookahead_tokens", null);

        SpecPc prompt =
                (SpecPc) Methods.of("speckv-pc", Map.of("specpc_config", stage)).prompt();

        assertThat(prompt.scoring().lookaheadFor(7)).isEqualTo(7);
        assertThat(prompt.scoring().lookaheadFor(512)).isEqualTo(512);
    }

    /** B2: a first request shorter than the budget fails. */
    @Test
    void shortRequestsNeedNoRequestBefore() {
        CachePolicy policy = Methods.of("speckv", Map.of()).cache();

        assertThat(policy.compresses(1)).isFalse();
        assertThat(policy.compresses(31)).isFalse();
    }

    /** B3: settings of one request stay on the model and apply to the next. */
    @Test
    void settingsDoNotLeakBetweenRequests() {
        CachePolicy small =
                Methods.of("speckv", Map.of("max_capacity_prompt", 40)).cache();
        CachePolicy large =
                Methods.of("speckv", Map.of("max_capacity_prompt", 80)).cache();

        int[] before = small.keep(scores(small, 200)).perHead()[0];
        assertThat(large.keep(scores(large, 300)).perHead()[0]).hasSize(80);
        assertThat(small.keep(scores(small, 200)).perHead()[0])
                .isEqualTo(before)
                .hasSize(40);

        CachePolicy received =
                Methods.of("speckv-pc", Map.of("second_stage", "received")).cache();
        assertThat(received.withReceivedScores(new float[] {1})).isNotSameAs(received);
        assertThatThrownBy(() -> received.keep(LayerScores.unobserved(0, 1, 2000, 0, 1)))
                .hasMessageContaining("0 scores for 2000 tokens");
    }

    /** B4: SpecKV and the cascade are invalid with their default settings. */
    @Test
    void defaultsAreValid() {
        assertThatCode(() -> Methods.of("speckv", Map.of())).doesNotThrowAnyException();
        assertThat(((SpecKv) Methods.of("speckv-pc", Map.of()).cache())
                        .pooling()
                        .kernel())
                .isOdd();
    }

    /** B6: a short prompt that the draft did not score fails. */
    @Test
    void shortPromptsNeedNoScores() {
        PromptPolicy policy = Methods.of("specpc", Map.of()).prompt();

        assertThat(policy.keep(5, new float[0])).containsExactly(0, 1, 2, 3, 4);
    }

    /** B8: an unsupported name fails with an unrelated error. */
    @Test
    void unknownMethodsAreNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> Methods.of("spekv", Map.of()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("method = spekv: must be one of [full, specpc, speckv, speckv-pc");
        assertThatThrownBy(() -> Methods.ofFile(Map.of("sparse_config", Map.of("sparse_type", "minference"))))
                .hasMessageStartingWith("sparse_type = minference: must be one of");
        assertThatThrownBy(() -> Methods.ofFile(Map.of())).hasMessageStartingWith("sparse_type = null: must be one of");
    }

    /** No check at all: a window as long as the budget loses the end of the prompt. */
    @Test
    void windowsThatFillTheBudgetAreRefused() {
        assertThatThrownBy(() -> Methods.of("specpc", Map.of("max_capacity_prompt", 64)))
                .hasMessage("window_size = 64: must be below the budget (64)");
        assertThatThrownBy(() -> Methods.of("speckv", Map.of("max_capacity_prompt", 32)))
                .hasMessage("window_size = 32: must be below the budget (32)");
    }
}
