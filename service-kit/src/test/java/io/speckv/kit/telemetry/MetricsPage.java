package io.speckv.kit.telemetry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What a service shows to Prometheus, on a port that was free. */
public final class MetricsPage {
    private final int port = freePort();

    /** Returns the flag with which a service serves this page. */
    public String flag() {
        return "--telemetry.prometheus-port=" + port;
    }

    /** Returns the page. */
    public String text() {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the values of a metric's samples that have {@code label} among their labels' values. */
    public List<Double> samples(String name, String label) {
        return text().lines()
                .filter(line -> line.startsWith(name) && line.contains("\"" + label + "\""))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
    }

    /** One that no system gives to whoever asks for any port: those are from 32768 on. */
    private static int freePort() {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // the next one may be free
            }
        }
        throw new AssertionError("no free port");
    }
}
