package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.draft.DraftSettings;
import io.speckv.enginetarget.EngineTargetSettings;
import io.speckv.http.connection.HttpSettings;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.telemetry.TelemetrySettings;
import io.speckv.router.settings.RouterSettings;
import io.speckv.serving.ModelSettings;
import io.speckv.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/configuration.md} equal to the settings. Write it anew with {@code mvn -pl cli -am test
 * -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.record=true}.
 */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final List<String> MODEL_SERVICE =
            List.of(ServerSettings.DEFAULTS, TelemetrySettings.DEFAULTS, ModelSettings.DEFAULTS, "defaults.yaml");

    private static final String HEAD = """
            # Configuration

            Generated from the settings of the services. Each process reads, later ones winning key by key: its defaults, the
            YAML file of `--config=FILE`, environment variables, flags. A key such as `server.tls.enabled` is nested blocks in
            YAML, `SPECKV_SERVER__TLS__ENABLED` in the environment (`__` parts levels, `_` is a dash) and
            `--server.tls.enabled=true` as a flag. An unknown key is an error. `--print-config` shows every value and where it
            comes from. `examples/` has a settings file for each service.

            Durations are written like `250ms`, `30s`, `5m` or `2h`, sizes like `64MiB`.

            """;

    private static String page() {
        return HEAD
                + section(
                        "Router",
                        "router",
                        RouterSettings.class,
                        RouterSettings.loader(),
                        List.of("--tokenizer.target=DIR"),
                        List.of(
                                ServerSettings.DEFAULTS,
                                TelemetrySettings.DEFAULTS,
                                HttpSettings.DEFAULTS,
                                "defaults.yaml"))
                + section(
                        "Draft service",
                        "draft",
                        DraftSettings.class,
                        DraftSettings.loader(),
                        List.of("--model.folder=DIR"),
                        MODEL_SERVICE)
                + section(
                        "Target service",
                        "target",
                        TargetSettings.class,
                        TargetSettings.loader(),
                        List.of("--model.folder=DIR"),
                        MODEL_SERVICE)
                + section(
                                "Target over another engine",
                                "engine-target",
                                EngineTargetSettings.class,
                                EngineTargetSettings.loader(),
                                List.of("--engine.url=http://localhost:8000", "--tokenizer=DIR"),
                                List.of(ServerSettings.DEFAULTS, TelemetrySettings.DEFAULTS, "defaults.yaml"))
                        .stripTrailing()
                + "\n";
    }

    private static <T> String section(
            String title,
            String command,
            Class<T> type,
            SettingsLoader<T> loader,
            List<String> required,
            List<String> documents) {
        return "## %s\n\n`./speckv %s`\n\n%s\n"
                .formatted(
                        title,
                        command,
                        ConfigurationReference.table(type, loader.load(null, Map.of(), required), documents));
    }

    @Test
    void thePageSaysWhatTheSettingsAre() throws IOException {
        String reference = page();
        if (Boolean.getBoolean("docs.record")) {
            Files.writeString(PAGE, reference);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is not up to date: mvn -pl cli -am test -Dtest=ConfigurationReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.record=true")
                .isEqualTo(reference);
    }

    @Test
    void everyKeyHasATypeAndAMeaning() {
        List<String> rows =
                page().lines().filter(line -> line.startsWith("| `")).toList();

        assertThat(rows)
                .hasSizeGreaterThan(250)
                .allSatisfy(row -> assertThat(row).doesNotContain("|  | `").doesNotEndWith("|  |"));
    }

    @Test
    void everyServiceHasItsSectionAndAnExample() {
        assertThat(Main.SERVICES).allSatisfy(service -> {
            assertThat(page()).contains("`./speckv " + service + "`");
            assertThat(PAGE.resolveSibling("examples").resolve(service + ".yaml"))
                    .exists();
        });
    }
}
