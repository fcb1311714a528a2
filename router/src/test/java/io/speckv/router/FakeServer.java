package io.speckv.router;

import io.grpc.BindableService;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.settings.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A real server on a free loopback port, for a service that a test makes up. */
final class FakeServer implements AutoCloseable {
    private final GrpcProcess process;

    private record Settings(ServerSettings server) {}

    private FakeServer(GrpcProcess process) {
        this.process = process;
    }

    static FakeServer serving(BindableService service) {
        return serving(service, 0);
    }

    /** Serves on a port that was another one's, for services that come back. */
    static FakeServer serving(BindableService service, int port) {
        ServerSettings settings = SettingsLoader.withDefaults(Settings.class, ServerSettings.DEFAULTS)
                .load(null, Map.of(), List.of("--server.port=" + port, "--server.drain.calls=0s"))
                .value()
                .server();
        try {
            GrpcProcess process = GrpcProcess.start(
                    settings, new HostedServices(List.of(service), List.of(), FailureClassifier.NONE));
            process.serving();
            return new FakeServer(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says by its health that it does not serve, as a model that loads does. */
    void notServing() {
        process.notServing("a test says so");
    }

    void servingAgain() {
        process.serving();
    }

    int port() {
        return process.port();
    }

    @Override
    public void close() {
        process.close();
    }
}
