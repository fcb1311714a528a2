package io.speckv.deploy;

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
import java.time.Duration;
import java.util.List;
import org.slf4j.event.Level;

/** What a process shows to Prometheus that has recorded each of its metrics once. */
final class ServedMetrics {
    /** What Prometheus 3 sends: it would take names with dots too, which no query here asks for. */
    private static final String ACCEPT = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private ServedMetrics() {}

    static String page() throws IOException, InterruptedException {
        int port = freePort();
        TelemetrySettings settings =
                new TelemetrySettings(Level.WARN, LogFormat.TEXT, null, Duration.ofSeconds(30), 0, "127.0.0.1", port);
        try (Telemetry telemetry = Telemetry.start(settings, new Telemetry.ServiceIdentity("names", "1"), List.of())) {
            for (Metric metric : Metric.values()) {
                record(telemetry, metric);
            }
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .header("Accept", ACCEPT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
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
