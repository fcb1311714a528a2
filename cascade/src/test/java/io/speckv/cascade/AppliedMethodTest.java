package io.speckv.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Prompts of 100 tokens, of which methods keep 20. */
class AppliedMethodTest {
    private static final int TOKENS = 100;
    private static final TargetAbilities KEEPS_ALL = new TargetAbilities(false, true);
    private static final TargetAbilities RENUMBERS = new TargetAbilities(true, false);
    private static final Map<String, ?> KEEP_20 = Map.of("max_capacity_prompt", 20, "window_size", 8);

    private static Optional<AppliedMethod> of(Method method, TargetAbilities target, int compressFrom) {
        return AppliedMethod.of(new CascadeRequest(
                new int[TOKENS],
                List.of(Stretch.whole(TOKENS, ProtectedTokens.NONE)),
                new int[0],
                method,
                10,
                1000,
                target,
                compressFrom,
                new Fallback.Fail(),
                CascadeRequest.Goal.ANSWER,
                false));
    }

    @Test
    void isTheOneThatWasAskedForWhereTheTargetCanDoIt() {
        Method snapKv = Methods.of("snapkv", KEEP_20);
        assertThat(of(snapKv, TargetAbilities.ALL, 0)).contains(new AppliedMethod(snapKv, null));
        assertThat(of(Method.FULL, KEEPS_ALL, 0)).contains(new AppliedMethod(Method.FULL, null));
    }

    @Test
    void aShortPromptIsNotCompressed() {
        Method snapKv = Methods.of("snapkv", KEEP_20);
        assertThat(of(snapKv, TargetAbilities.ALL, TOKENS)).contains(new AppliedMethod(snapKv, null));
        assertThat(of(snapKv, TargetAbilities.ALL, TOKENS + 1))
                .contains(new AppliedMethod(Method.FULL, Adaptation.SHORT_PROMPT));
    }

    @Test
    void ofACascadeATargetThatKeepsAllGetsThePromptStageAlone() {
        Method cascade =
                Methods.of("speckv-pc", Map.of("specpc", KEEP_20, "speckv", Map.of("max_capacity_prompt", 40)));
        AppliedMethod applied = of(cascade, KEEPS_ALL, 0).orElseThrow();
        assertThat(applied.why()).isEqualTo(Adaptation.NO_CACHE_STAGE);
        assertThat(applied.method()).isEqualTo(cascade.promptStage().orElseThrow());
        assertThat(applied.method().cache().compresses(TOKENS)).isFalse();
    }

    @Test
    void ofAMethodThatDropsKeysAloneNothingIsLeft() {
        assertThat(of(Methods.of("snapkv", KEEP_20), KEEPS_ALL, 0)).isEmpty();
        assertThat(of(Methods.of("snapkv", Map.of("max_capacity_prompt", TOKENS)), KEEPS_ALL, 0))
                .as("a prompt that fits loses none")
                .isPresent();
    }

    @Test
    void tokensMoveTogetherWhereTheTargetCannotReadThemApart() {
        Method specPrefill = Methods.of("specprefill", Map.of("max_capacity_prompt", 32));
        assertThat(of(specPrefill, RENUMBERS, 0))
                .contains(new AppliedMethod(specPrefill, Adaptation.NO_ORIGINAL_POSITIONS));
        assertThat(of(specPrefill, TargetAbilities.ALL, 0)).contains(new AppliedMethod(specPrefill, null));
    }
}
