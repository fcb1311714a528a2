package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus itself says of its settings and rules; skipped where its promtool is not installed. */
class AlertRulesTest {
    private static final Path ALERTS = Home.CHART.resolve("files/alerts.yaml");

    @Test
    void fireOnWhatTheyAreFor() throws Exception {
        assertThat(promtool(
                        "test",
                        "rules",
                        Home.FOLDER
                                .resolve("deploy/prometheus/alerts-test.yaml")
                                .toString()))
                .contains("SUCCESS");
    }

    @Test
    void areLoadedByTheComposeFilesPrometheus(@TempDir Path folder) throws Exception {
        String settings = Files.readString(Home.COMPOSE.resolve("config/prometheus.yaml"));
        assertThat(settings).contains("/etc/prometheus/alerts.yaml");
        Path file = folder.resolve("prometheus.yml");
        Files.writeString(file, settings.replace("/etc/prometheus/alerts.yaml", ALERTS.toString()));

        long rules = Files.readString(ALERTS)
                .lines()
                .filter(line -> line.contains("- alert: "))
                .count();
        assertThat(rules).isPositive();
        assertThat(promtool("check", "config", file.toString())).contains(rules + " rules found");
    }

    private static String promtool(String... arguments) throws Exception {
        assumeThat(Arrays.stream(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, "promtool")))
                .as("promtool of the Debian package prometheus")
                .anyMatch(Files::isExecutable);
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), List.of(arguments).stream())
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
