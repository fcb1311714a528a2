package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DraftSettingsTest {
    private static final Path EXAMPLE =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("docs").resolve("examples/draft.yaml");

    @Test
    void readsTheExampleFile() {
        DraftSettings settings =
                DraftSettings.loader().load(EXAMPLE, Map.of(), List.of()).value();

        assertThat(settings.model().servedName()).isEqualTo("draft");
        assertThat(settings.server().port()).isEqualTo(9001);
    }

    @Test
    void needsAModel() {
        assertThatThrownBy(() -> DraftSettings.loader().load(null, Map.of(), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("model.folder");
    }

    @Test
    void refusesADeviceThatItDoesNotKnow() {
        assertThatThrownBy(() ->
                        DraftSettings.loader().load(null, Map.of(), List.of("--model.folder=x", "--model.device=tpu")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tpu");
    }

    @Test
    void refusesReadersWithoutAnyTime() {
        assertThatThrownBy(() -> DraftSettings.loader()
                        .load(null, Map.of(), List.of("--model.folder=x", "--limits.slow-consumer-timeout=0s")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("slow-consumer-timeout is 0s, must be above 0");
    }
}
