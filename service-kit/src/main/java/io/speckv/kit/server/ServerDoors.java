package io.speckv.kit.server;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.speckv.kit.failure.FailureInterceptor;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.MalformedMessages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways into a process and the interceptors in each: the server for clients, the one inside the process if it was asked
 * for, and the admin server. The caller, {@link GrpcProcess}, decides the order of listening, shutting and cutting.
 */
final class ServerDoors {
    private static final Logger LOG = LoggerFactory.getLogger(ServerDoors.class);

    private final ServerSettings settings;
    private final Readiness readiness;
    private final ReloadTimer reloads = new ReloadTimer();
    private final List<ServerServiceDefinition> guarded = new ArrayList<>();
    private final @Nullable BearerTokens tokens;
    private final Server server;
    private final @Nullable Server admin;
    private volatile int port = -1;
    private volatile int adminPort = -1;
    private @Nullable InsideDoor inside;

    ServerDoors(
            ServerSettings settings,
            HostedServices hosted,
            List<ServerServiceDefinition> services,
            Readiness readiness) {
        this.settings = settings;
        this.readiness = readiness;
        guard(hosted, services);
        NettyServerBuilder builder = limited(NettyServerBuilder.forAddress(
                new InetSocketAddress(settings.address(), settings.port()), credentials()));
        guarded.forEach(builder::addService);
        builder.addService(readiness.healthService());
        reflection().forEach(builder::addService);
        this.tokens = settings.tokensFile() == null ? null : new BearerTokens(settings.tokensFile());
        if (tokens != null) {
            reloads.every(settings.tls().reloadEvery(), tokens::reload);
            builder.intercept(tokens);
        }
        this.server = builder.build();
        this.admin = settings.adminPort() < 0 ? null : adminServer();
    }

    private void guard(HostedServices hosted, List<ServerServiceDefinition> services) {
        Integer perClient = settings.connections().maxCallsPerClient();
        CallsPerClient clients =
                perClient == null ? null : new CallsPerClient(perClient, settings.tokensFile() != null);
        FailureInterceptor failures = new FailureInterceptor(new Failures(hosted.classifier()));
        for (ServerServiceDefinition service : services) {
            // The last interceptor in this list is called first. Failures of the readiness check are mapped too.
            ServerServiceDefinition checked = ServerInterceptors.intercept(service, readiness);
            if (clients != null) {
                checked = ServerInterceptors.intercept(checked, clients);
            }
            checked = ServerInterceptors.intercept(checked, failures);
            checked = MalformedMessages.refusedBy(checked);
            guarded.add(ServerInterceptors.interceptForward(checked, hosted.interceptors()));
        }
    }

    private ServerCredentials credentials() {
        return ConnectionGate.before(ownCredentials(), FreeDescriptors.ofProcess());
    }

    private ServerCredentials ownCredentials() {
        if (!settings.tls().enabled()) {
            return InsecureServerCredentials.create();
        }
        TlsFiles files = new TlsFiles(settings.tls());
        reloads.every(settings.tls().reloadEvery(), files::reload);
        return files.serverCredentials();
    }

    private NettyServerBuilder limited(NettyServerBuilder builder) {
        ServerSettings.Connections limits = settings.connections();
        return builder.maxInboundMessageSize(limits.maxMessage().toIntExact())
                .maxConcurrentCallsPerConnection(limits.maxConcurrentCalls())
                .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(limits.permitKeepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionAge(limits.maxAge().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(limits.maxAgeGrace().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Server adminServer() {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.adminAddress(), settings.adminPort()),
                        ConnectionGate.before(InsecureServerCredentials.create(), FreeDescriptors.ofProcess()))
                .addService(readiness.healthService());
        if (ServerSettings.isLoopback(settings.adminAddress())) {
            reflection().forEach(builder::addService);
            builder.addService(ChannelzService.newInstance(100));
        }
        return builder.build();
    }

    /** Both versions, because many clients know only the older one. */
    @SuppressWarnings("deprecation")
    private static List<BindableService> reflection() {
        return List.of(
                ProtoReflectionServiceV1.newInstance(), io.grpc.protobuf.services.ProtoReflectionService.newInstance());
    }

    /**
     * Listens for clients and, if configured, on the admin port.
     *
     * @throws IOException if the process cannot listen on an address
     */
    void listen() throws IOException {
        try {
            begin(server, "", settings.address(), settings.port());
            if (admin != null) {
                begin(admin, " for admin calls", settings.adminAddress(), settings.adminPort());
            }
        } catch (IOException e) {
            server.shutdownNow();
            reloads.close();
            throw e;
        }
        port = server.getPort();
        adminPort = admin == null ? -1 : admin.getPort();
        LOG.atInfo()
                .addKeyValue("address", settings.address())
                .addKeyValue("port", port)
                .log("listening");
    }

    private static void begin(Server server, String what, String address, int port) throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException("cannot listen%s on %s:%d: %s".formatted(what, address, port, e.getMessage()), e);
        }
    }

    /** Returns the port on which the server listens or, after its end, did. */
    int port() {
        return port;
    }

    /** Returns the admin server's port, or -1 without one. */
    int adminPort() {
        return adminPort;
    }

    /** Returns the channel from inside the process, which is opened on the first call. */
    Channel inside() throws IOException {
        if (inside == null) {
            inside = InsideDoor.open(guarded, readiness.healthService(), tokens);
        }
        return inside.channel();
    }

    /** Returns the check of calls' tokens; empty if no tokens are required. */
    Optional<TokenCheck> tokenCheck() {
        return Optional.ofNullable(tokens);
    }

    private List<Server> forCalls() {
        return inside == null ? List.of(server) : List.of(server, inside.server());
    }

    /** Stops taking new calls. */
    void shut() {
        forCalls().forEach(Server::shutdown);
    }

    /** Cuts the running calls. */
    void cut() {
        forCalls().forEach(Server::shutdownNow);
    }

    /** Waits for all calls, {@code time} at most in all, and returns whether they have ended. */
    boolean await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        boolean ended = true;
        for (Server door : forCalls()) {
            ended &= door.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return ended;
    }

    /** Closes the admin server, and stops checking files. */
    void close() {
        if (admin != null) {
            admin.shutdownNow();
        }
        reloads.close();
    }

    /** Closes the channel from inside the process. Its users must be closed already. */
    void closeInside() {
        if (inside != null) {
            inside.channel().shutdownNow();
        }
    }

    /** Returns whether the server has stopped listening for clients. */
    boolean areClosed() {
        return server.isTerminated();
    }

    void awaitClosed() throws InterruptedException {
        server.awaitTermination();
    }
}
