package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.LogFormat;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.telemetry.TelemetrySettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** Dashboards and alerts ask for names that a running process serves. */
class MetricNamesTest {
    /** What Prometheus 3 sends: it would take names with dots too, which no query here asks for. */
    private static final String ACCEPT = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private static final Pattern ASKED = Pattern.compile("\\b(?:speckv|gen_ai|rpc)_[a-z_]+(?=[\\[{}()\\s/:,\"']|$)");
    private static final Set<String> LABELS = Set.of(
            "speckv_stage",
            "speckv_method",
            "speckv_fallback_reason",
            "speckv_collapse",
            "speckv_shadow_outcome",
            "speckv_pool",
            "speckv_cache_outcome",
            "speckv_reload_outcome",
            "gen_ai_response_model",
            "rpc_status_code",
            "gen_ai_token_type");

    @ParameterizedTest
    @ValueSource(strings = {"files/dashboard.json", "files/alerts.yaml", "templates/services.yaml"})
    void asksOnlyForMetricsThatAreServed(String file) throws Exception {
        Set<String> asked = ASKED.matcher(Files.readString(Home.CHART.resolve(file)))
                .results()
                .map(match -> match.group())
                .filter(name -> !LABELS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(asked).isNotEmpty();
        assertThat(served()).containsAll(asked);
    }

    @Test
    void drawsEveryMetric() throws Exception {
        String dashboard = Files.readString(Path.of(Home.CHART.toString(), "files/dashboard.json"));

        for (Metric metric : Metric.values()) {
            assertThat(dashboard).contains(metric.key().replace('.', '_'));
        }
    }

    private static Set<String> served() throws IOException, InterruptedException {
        int port = freePort();
        TelemetrySettings settings =
                new TelemetrySettings(Level.WARN, LogFormat.TEXT, null, Duration.ofSeconds(30), 0, "127.0.0.1", port);
        try (Telemetry telemetry = Telemetry.start(settings, new Telemetry.ServiceIdentity("names", "1"), List.of())) {
            for (Metric metric : Metric.values()) {
                record(telemetry, metric);
            }
            String page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .header("Accept", ACCEPT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return page.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
        }
    }

    /** The kinds are not public; an instrument of another kind says so. */
    private static void record(Telemetry telemetry, Metric metric) {
        try {
            telemetry.metrics().record(metric, 1, Attributes.empty());
        } catch (IllegalArgumentException notAHistogram) {
            try {
                telemetry.metrics().add(metric, 1, Attributes.empty());
            } catch (IllegalArgumentException notACounter) {
                telemetry.metrics().observe(metric, () -> 1);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
