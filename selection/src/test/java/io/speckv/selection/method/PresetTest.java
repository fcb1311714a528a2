package io.speckv.selection.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.cache.LookaheadSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the preset "paper" is, wherever it is said. */
class PresetTest {
    private static final int PROMPT = 100_000;
    private static final int ANSWER = 300;

    private static Map<String, @Nullable Object> paper(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> settings = new HashMap<>();
        settings.put("preset", "paper");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return settings;
    }

    private static int lookahead(String method, Map<String, @Nullable Object> settings) {
        return Methods.of(method, settings).draftWork(PROMPT, ANSWER).lookaheadTokens();
    }

    @ParameterizedTest
    @MethodSource("io.speckv.selection.method.Methods#names")
    void everyMethodTakesItAndAcceptsNoLookahead(String name) {
        assertThat(Methods.of(name, paper()).verifyLookahead()).isFalse();
        assertThat(Methods.of(name, Map.of()).verifyLookahead()).isTrue();
        assertThat(Methods.of(name, Map.of("preset", "none"))).isEqualTo(Methods.of(name, Map.of()));
        assertThat(Methods.applied(name, paper())).containsEntry("preset", "paper");
    }

    @Test
    void aNullLookaheadIsWhatThePapersCodeMakesOfIt() {
        assertThat(lookahead("speckv", paper())).isEqualTo(ANSWER);
        assertThat(lookahead("speckv", paper("lookahead_tokens", null))).isEqualTo(ANSWER);
        assertThat(lookahead("specpc", paper())).isEqualTo(1);
        assertThat(lookahead("specpc", paper("lookahead_tokens", null))).isEqualTo(20);
        assertThat(lookahead("speckv-pc", paper())).isEqualTo(20);
        for (String block : new String[] {"specpc", "specpc_config"}) {
            Map<String, @Nullable Object> nothing = new HashMap<>();
            nothing.put("lookahead_tokens", null);
            assertThat(lookahead("speckv-pc", paper(block, nothing))).isEqualTo(20);
            assertThat(lookahead("speckv-pc", paper(block, Map.of("lookahead_tokens", 8))))
                    .isEqualTo(8);
        }
        assertThat(lookahead("speckv-pc", paper("specpc.lookahead_tokens", null)))
                .isEqualTo(20);
        assertThat(Methods.of("speckv-pc", paper()).cache().lookaheadSource())
                .isEqualTo(new LookaheadSource.ScoringPass());
    }

    @Test
    void standsInAPapersFileAndBesideIt() {
        Map<String, @Nullable Object> stage = new HashMap<>();
        stage.put("lookahead_tokens", null);
        Map<String, @Nullable Object> block = new HashMap<>(Map.of("sparse_type", "speckvpc", "specpc_config", stage));
        Map<String, @Nullable Object> beside = new HashMap<>(Map.of("sparse_config", block, "preset", "paper"));
        Map<String, @Nullable Object> within = new HashMap<>(block);
        within.put("preset", "paper");

        assertThat(Methods.ofFile(beside)).isEqualTo(Methods.ofFile(Map.of("sparse_config", within)));
        assertThat(Methods.ofFile(beside).draftWork(PROMPT, ANSWER).lookaheadTokens())
                .isEqualTo(20);
        assertThat(Methods.ofFile(beside).verifyLookahead()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "speckv, verify_lookahead, true, verify_lookahead = true",
        "speckv-pc, verify_lookahead, true, verify_lookahead = true",
        "speckv-pc, second_stage, blend, second_stage = blend",
    })
    void aSettingThatContradictsItIsRefusedByName(String method, String key, String value, String named) {
        Object said = value.equals("true") ? true : value;
        assertThatThrownBy(() -> Methods.of(method, paper(key, said)))
                .hasMessageStartingWith(named + ": cannot be set together with preset paper");
    }

    @Test
    void onlyKnownPresetsAreTaken() {
        assertThatThrownBy(() -> Methods.of("speckv", Map.of("preset", "papre")))
                .hasMessage("preset = papre: must be one of [none, paper]");
        assertThatThrownBy(() -> Methods.of("speckv", Map.of("preset", 3)))
                .hasMessage("preset = 3: must be one of [none, paper]");
    }

    @ParameterizedTest
    @MethodSource("io.speckv.selection.method.Methods#names")
    void writtenOutItIsTheSameMethodToAReaderThatKnowsNoPresets(String name) {
        Map<String, @Nullable Object> written = new HashMap<>(Methods.writtenOut(name, paper()));
        written.remove("preset");
        assertThat(Methods.of(name, written)).isEqualTo(Methods.of(name, paper()));
    }

    @Test
    void defaultsOfAServerDoNotReachIntoIt() {
        Map<String, Object> defaults = Map.of(
                "verify_lookahead",
                true,
                "second_stage",
                "received",
                "specpc",
                Map.of("window_size", 16, "lookahead_tokens", 8));
        assertThat(Preset.unsettled(defaults)).isEqualTo(Map.of("specpc", Map.of("window_size", 16)));
    }

    @Test
    void aMethodHasTheKeysThatItWouldRead() {
        Map<String, @Nullable Object> settings = new HashMap<>(Map.of(
                "speckv.verify_lookahead",
                false,
                "speckv.window_size",
                16,
                "specpc.window_size",
                16,
                "snapkv.beta",
                3));
        assertThat(Methods.has("speckv", settings, "speckv.verify_lookahead")).isTrue();
        assertThat(Methods.has("speckv-pc", settings, "speckv.verify_lookahead"))
                .isFalse();
        assertThat(Methods.has("speckv-pc", settings, "speckv.window_size")).isTrue();
        assertThat(Methods.has("speckv", settings, "specpc.window_size")).isFalse();
        assertThat(Methods.has("speckv", settings, "snapkv.beta")).isFalse();
    }
}
