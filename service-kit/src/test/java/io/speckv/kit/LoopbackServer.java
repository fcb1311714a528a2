package io.speckv.kit;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Netty server on a free loopback port, with the default settings but for what a test sets. */
public final class LoopbackServer implements AutoCloseable {
    public static final TlsSettings NO_TLS = new TlsSettings(false, null, null, null, Duration.ofMinutes(1));

    private final GrpcProcess process;
    private final List<ServiceChannel> channels = new ArrayList<>();

    private LoopbackServer(GrpcProcess process) {
        this.process = process;
    }

    record Settings(ServerSettings server) {}

    /** Returns the default server settings on a free port, changed by flags such as {@code --server.port=1}. */
    public static ServerSettings settings(String... flags) {
        List<String> all = new ArrayList<>(List.of("--server.port=0"));
        all.addAll(List.of(flags));
        return SettingsLoader.withDefaults(Settings.class, ServerSettings.DEFAULTS)
                .load(null, Map.of(), all)
                .value()
                .server();
    }

    /** Starts and serves at once. */
    public static LoopbackServer serving(BindableService service, String... flags) throws IOException {
        LoopbackServer server = loading(service, List.of(), FailureClassifier.NONE, flags);
        server.process.serving();
        return server;
    }

    /** Starts and stays in the state before the model is warm. */
    public static LoopbackServer loading(
            BindableService service,
            List<ServerInterceptor> interceptors,
            FailureClassifier classifier,
            String... flags)
            throws IOException {
        return new LoopbackServer(
                GrpcProcess.start(settings(flags), new HostedServices(List.of(service), interceptors, classifier)));
    }

    public GrpcProcess process() {
        return process;
    }

    /** Returns a plaintext channel to the server, closed with it. */
    public ServiceChannel channel() {
        return channel(NO_TLS, null);
    }

    public ServiceChannel channel(TlsSettings tls, @Nullable Path tokenFile) {
        ServiceChannel channel = open(process.port(), tls, tokenFile);
        channels.add(channel);
        return channel;
    }

    public static ServiceChannel open(int port, TlsSettings tls, @Nullable Path tokenFile) {
        return ServiceChannel.open(
                new ChannelSettings(
                        "localhost:" + port,
                        false,
                        tls,
                        tokenFile,
                        ByteSize.parse("64MiB"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20)),
                Map.of(),
                List.of());
    }

    @Override
    public void close() {
        channels.forEach(ServiceChannel::close);
        process.close();
    }
}
