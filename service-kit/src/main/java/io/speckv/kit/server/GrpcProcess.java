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
import io.speckv.kit.failure.Deadly;
import io.speckv.kit.failure.FailureInterceptor;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.MalformedMessages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gRPC server from start to stop, with health, reflection and, where configured, TLS, tokens and an admin server.
 *
 * <ol>
 *   <li>{@link #start} listens; health says NOT_SERVING and requests get UNAVAILABLE with LOADING.
 *   <li>{@link #serving}, once the model is warm: health says SERVING.
 *   <li>{@link #stop}: health says NOT_SERVING; after the notice time new requests get UNAVAILABLE; running ones have
 *       the drain time to end; what is left is told by {@link #beforeCut} and cut; then what was given to
 *       {@link #closeAtStop} is closed, in order.
 * </ol>
 */
public final class GrpcProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcProcess.class);
    private static final Duration TELL_CALLS = Duration.ofSeconds(1);
    private static final Duration CUT_CALLS = Duration.ofSeconds(5);
    private static final Duration CLOSE_AFTER_LOSS = Duration.ofSeconds(20);

    private final ServerSettings settings;
    private final Readiness readiness;
    private final Server server;
    private final List<ServerServiceDefinition> guarded = new ArrayList<>();
    private final @Nullable BearerTokens tokens;
    private @Nullable InsideDoor inside;
    private final @Nullable Server admin;
    private final ReloadTimer reloads = new ReloadTimer();
    private final List<Runnable> whenStopping = new CopyOnWriteArrayList<>();
    private final List<Runnable> beforeCut = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closeAtStop = new ArrayList<>();
    private @Nullable ExitCode stopped;
    private @Nullable Thread atSignal;
    private volatile boolean endsTheProcess;
    private volatile boolean lost;

    private GrpcProcess(ServerSettings settings, HostedServices hosted) {
        this.settings = settings;
        List<ServerServiceDefinition> definitions =
                hosted.services().stream().map(service -> service.bindService()).toList();
        this.readiness = new Readiness(definitions.stream()
                .map(definition -> definition.getServiceDescriptor().getName())
                .toList());
        NettyServerBuilder builder = limited(NettyServerBuilder.forAddress(
                new InetSocketAddress(settings.address(), settings.port()), credentials()));
        Integer perClient = settings.connections().maxCallsPerClient();
        CallsPerClient clients =
                perClient == null ? null : new CallsPerClient(perClient, settings.tokensFile() != null);
        FailureInterceptor failures = new FailureInterceptor(new Failures(hosted.classifier()));
        for (ServerServiceDefinition definition : definitions) {
            // The last one named is called first; failures inside readiness are mapped too.
            ServerServiceDefinition checked = ServerInterceptors.intercept(definition, readiness);
            if (clients != null) {
                checked = ServerInterceptors.intercept(checked, clients);
            }
            checked = ServerInterceptors.intercept(checked, failures);
            checked = MalformedMessages.refusedBy(checked);
            guarded.add(ServerInterceptors.interceptForward(checked, hosted.interceptors()));
        }
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

    /**
     * Starts listening.
     *
     * @throws IOException if the address cannot be listened on
     */
    public static GrpcProcess start(ServerSettings settings, HostedServices hosted) throws IOException {
        GrpcProcess process = new GrpcProcess(settings, hosted);
        process.listen();
        return process;
    }

    private void listen() throws IOException {
        try {
            server.start();
            if (admin != null) {
                admin.start();
            }
        } catch (IOException e) {
            server.shutdownNow();
            reloads.close();
            throw new IOException(
                    "cannot listen on %s:%d or admin port %d: %s"
                            .formatted(settings.address(), settings.port(), settings.adminPort(), e.getMessage()),
                    e);
        }
        LOG.atInfo()
                .addKeyValue("address", settings.address())
                .addKeyValue("port", port())
                .log("listening");
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

    /** Both versions: many clients know the older one alone. */
    @SuppressWarnings("deprecation")
    private static List<BindableService> reflection() {
        return List.of(
                ProtoReflectionServiceV1.newInstance(), io.grpc.protobuf.services.ProtoReflectionService.newInstance());
    }

    /** Returns the port that is listened on, also when any free one was asked for. */
    public int port() {
        return server.getPort();
    }

    /** Returns the admin server's port, or -1 without one. */
    public int adminPort() {
        return admin == null ? -1 : admin.getPort();
    }

    /**
     * Returns a way in for other servers of this process, such as an HTTP gateway: the same services, health and tokens,
     * without a network between. Its calls drain with the others; it ends when all that is closed at the stop is closed.
     *
     * @throws IOException if it cannot be opened
     * @throws IllegalStateException after {@link #stop}
     */
    public synchronized Channel insideChannel() throws IOException {
        if (stopped != null) {
            throw new IllegalStateException("the server has stopped");
        }
        if (inside == null) {
            inside = InsideDoor.open(guarded, readiness.healthService(), tokens);
        }
        return inside.channel();
    }

    /**
     * From now on requests are taken, and fail by what they meet, while health says NOT_SERVING: for services some of whose calls
     * can be answered before all that the others need is there.
     */
    public void open() {
        readiness.open();
    }

    /** Says that the model is warm: from now on requests are taken. Saying it again does nothing. */
    public void serving() {
        if (readiness.serving()) {
            LOG.info("serving");
        }
    }

    /**
     * Says that requests would not be served now, until {@link #serving} is called again: a service that they need is gone.
     *
     * @param why for the log
     */
    public void notServing(String why) {
        if (readiness.pause()) {
            LOG.atWarn().addKeyValue("cause", why).log("not serving");
        }
    }

    /**
     * Adds a task that ends work nobody waits for. It runs once health says NOT_SERVING, before the server waits for running
     * calls.
     */
    public void whenStopping(Runnable end) {
        whenStopping.add(end);
    }

    /** Adds what tells the calls that outlive the drain time why they end; without it clients see a bare CANCELLED. */
    public void beforeCut(Runnable tell) {
        beforeCut.add(tell);
    }

    /**
     * Stops at once, because what it needs to serve is lost: health says NOT_SERVING, running calls are told why they end, and
     * {@link #stop} returns LOST. Where closing hangs, as it may with a lost device, the process is ended all the same.
     *
     * @param why for the log
     */
    public void lost(String why) {
        LOG.atError().addKeyValue("cause", why).log("cannot serve any more");
        lost = true;
        readiness.notServing();
        beforeCut.forEach(Runnable::run);
        Thread stop = new Thread(this::stop, "speckv-lost");
        stop.setDaemon(true);
        stop.start();
        if (endsTheProcess) {
            Deadly.endProcessIn(CLOSE_AFTER_LOSS, why);
        }
    }

    /** Adds what is closed when the server has stopped: models first, telemetry last. */
    public synchronized void closeAtStop(AutoCloseable part) {
        closeAtStop.add(part);
    }

    /**
     * Stops as the class comment says; a second call returns the first one's result.
     *
     * @return CLEAN, CALLS_CUT, FAILED if something could not be closed, or LOST
     */
    public synchronized ExitCode stop() {
        if (stopped == null) {
            stopped = drain() ? ExitCode.CLEAN : ExitCode.CALLS_CUT;
            if (!closeParts()) {
                stopped = ExitCode.FAILED;
            }
            stopped = lost ? ExitCode.LOST : stopped;
            LOG.atInfo().addKeyValue("result", stopped).log("stopped");
        }
        return stopped;
    }

    private boolean drain() {
        LOG.atInfo().addKeyValue("drain", settings.drain()).log("stopping");
        readiness.notServing();
        whenStopping.forEach(Runnable::run);
        List<Server> doors = inside == null ? List.of(server) : List.of(server, inside.server());
        boolean ended = false;
        try {
            Thread.sleep(lost ? 0 : settings.drain().notice().toMillis());
            readiness.refuse();
            doors.forEach(Server::shutdown);
            ended = await(doors, settings.drain().calls());
            if (!ended) {
                beforeCut.forEach(Runnable::run);
                await(doors, TELL_CALLS);
            }
            doors.forEach(Server::shutdownNow);
            await(doors, CUT_CALLS);
        } catch (InterruptedException e) {
            doors.forEach(Server::shutdownNow);
            Thread.currentThread().interrupt();
        }
        if (admin != null) {
            admin.shutdownNow();
        }
        reloads.close();
        return ended;
    }

    /** Returns whether all of them ended within the time that they have together. */
    private static boolean await(List<Server> doors, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        boolean ended = true;
        for (Server door : doors) {
            ended &= door.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return ended;
    }

    private boolean closeParts() {
        boolean closed = true;
        for (AutoCloseable part : closeAtStop) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("could not close {}", part.getClass().getSimpleName(), e);
                closed = false;
            }
        }
        if (inside != null) {
            inside.channel().shutdownNow();
        }
        return closed;
    }

    /** Makes SIGTERM and Ctrl-C stop this and end the process with {@link ExitCode}, from now on. */
    public void stopAtSignal() {
        hookForSignals();
    }

    private synchronized Thread hookForSignals() {
        if (atSignal == null) {
            // Ending from the hook is the only way to leave with a code of our own after a signal.
            atSignal = new Thread(() -> Runtime.getRuntime().halt(stop().number()), "speckv-stop");
            Runtime.getRuntime().addShutdownHook(atSignal);
            endsTheProcess = true;
        }
        return atSignal;
    }

    /** Returns whether nothing is listened for any more, for whatever reason. */
    public boolean isStopped() {
        return server.isTerminated();
    }

    /** Waits until the process is told to end, then {@link #stopAtSignal stops} and ends it. */
    public void awaitSignal() throws InterruptedException {
        Thread hook = hookForSignals();
        server.awaitTermination();
        hook.join();
    }

    @Override
    public void close() {
        stop();
    }
}
