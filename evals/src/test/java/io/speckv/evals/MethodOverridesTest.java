package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.method.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MethodOverridesTest {
    private static final List<Setting> BOTH = Setting.grid(List.of("full", "speckv", "speckv-pc"), List.of(256));

    private static Method method(Map<String, Object> overrides, String name) {
        return new MethodOverrides(overrides).method(new Setting(name, 256));
    }

    @Test
    void aSettingThatTheCascadesStageLacksIsAboutTheMethodAlone() {
        Map<String, Object> off = Map.of("speckv.verify_lookahead", false);

        assertThat(method(off, "speckv").verifyLookahead()).isFalse();
        assertThat(method(off, "speckv-pc").verifyLookahead()).isTrue();
        assertThat(method(Map.of("speckv-pc.verify_lookahead", false), "speckv-pc")
                        .verifyLookahead())
                .isFalse();
        assertThatCode(() -> new MethodOverrides(off).requireUsed(BOTH)).doesNotThrowAnyException();
    }

    @Test
    void aSettingThatTheStageHasHoldsForBoth() {
        Map<String, Object> window = Map.of("speckv.window_size", 16);
        assertThat(((SpecKv) method(window, "speckv").cache()).windowSize()).isEqualTo(16);
        assertThat(((SpecKv) method(window, "speckv-pc").cache()).windowSize()).isEqualTo(16);
    }

    @Test
    void aKeyThatNoMethodOfTheListHasIsNamed() {
        assertThatThrownBy(() -> new MethodOverrides(Map.of("snapkv.window_size", 16)).requireUsed(BOTH))
                .hasMessageContaining("snapkv.window_size = 16")
                .hasMessageContaining("[full, speckv, speckv-pc]");
        assertThatThrownBy(() -> method(Map.of("speckv.windw", 16), "speckv")).hasMessageContaining("windw = 16");
        List<Setting> cascade = Setting.grid(List.of("speckv-pc"), List.of(256));
        assertThatThrownBy(() -> new MethodOverrides(Map.of("speckv.windw", 16)).requireUsed(cascade))
                .hasMessageContaining("speckv.windw = 16");
    }

    @Test
    void aPresetStandsBehindTheMethodsName() {
        assertThat(method(Map.of(), "speckv-pc@paper").verifyLookahead()).isFalse();
        assertThat(method(Map.of(), "speckv-pc@paper").draftWork(100_000, 300).lookaheadTokens())
                .isEqualTo(20);
        assertThat(method(Map.of("speckv.window_size", 16), "speckv@paper").cache())
                .isEqualTo(method(Map.of("speckv.window_size", 16), "speckv").cache());
        assertThatThrownBy(() -> method(Map.of(), "speckv@papre")).hasMessageContaining("preset = papre");
    }
}
