package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.http.connection.HttpSettings;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A gateway on loopback in front of a fake service behind real gRPC. */
final class RunningGateway implements AutoCloseable {
    private static final TlsSettings NO_TLS = new TlsSettings(false, null, null, null, Duration.ofMinutes(1));
    private final GrpcProcess process;
    private final ServiceChannel channel;
    final HttpGateway gateway;
    final HttpClient client = HttpClient.newHttpClient();
    final ObjectMapper json = new ObjectMapper();

    record Settings(ServerSettings server, HttpSettings http) {}

    RunningGateway(FakeInference service, String... flags) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("--server.port=0", "--http.port=0", "--http.drain=2s", "--http.stream-begins=20s"));
        all.addAll(List.of(flags));
        Settings settings = SettingsLoader.withDefaults(Settings.class, ServerSettings.DEFAULTS, HttpSettings.DEFAULTS)
                .load(null, Map.of(), all)
                .value();
        process = GrpcProcess.start(
                settings.server(), new HostedServices(List.of(service), List.of(service), FailureClassifier.NONE));
        process.serving();
        channel = ServiceChannel.open(
                new ChannelSettings(
                        "localhost:" + process.port(),
                        false,
                        NO_TLS,
                        null,
                        ByteSize.parse("64MiB"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20)),
                Map.of(),
                List.of());
        gateway = HttpGateway.start(settings.http(), channel.channel(), process.tokenCheck());
    }

    String url(String path) {
        return "http://127.0.0.1:" + gateway.port() + path;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url(path))).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(url(path)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(request(path, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode read(HttpResponse<String> response) throws IOException {
        return json.readTree(response.body());
    }

    @Override
    public void close() {
        gateway.close();
        channel.close();
        process.close();
    }
}
