package io.speckv.kit.server;

import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import io.speckv.kit.failure.Deadly;
import io.speckv.kit.settings.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gRPC server from start to stop, with health, reflection and, if configured, TLS, tokens and an admin server.
 *
 * <ol>
 *   <li>{@link #start} listens; health says NOT_SERVING and requests get UNAVAILABLE with LOADING.
 *   <li>{@link #serving}, once the model is warm: health says SERVING.
 *   <li>{@link #stop}: health says NOT_SERVING. After the notice time new requests get UNAVAILABLE, and running ones have
 *       the drain time to end. Calls that are left are notified by {@link #beforeCut} and cut. Then the parts given to
 *       {@link #closeAtStop} are closed, in order.
 * </ol>
 */
public final class GrpcProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcProcess.class);
    private static final Duration TELL_CALLS = Duration.ofSeconds(1);
    private static final Duration CUT_CALLS = Duration.ofSeconds(5);
    private static final Duration CLOSE_AFTER_LOSS = Duration.ofSeconds(20);

    private final ServerSettings settings;
    private final Readiness readiness;
    private final ServerDoors doors;
    private final List<Runnable> whenStopping = new CopyOnWriteArrayList<>();
    private final List<Runnable> beforeCut = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closeAtStop = new ArrayList<>();
    private @Nullable ExitCode stopped;
    private @Nullable Thread atSignal;
    private volatile boolean endsTheProcess;
    private volatile boolean lost;

    private GrpcProcess(ServerSettings settings, HostedServices hosted) {
        this.settings = settings;
        List<ServerServiceDefinition> services =
                hosted.services().stream().map(service -> service.bindService()).toList();
        this.readiness = new Readiness(services.stream()
                .map(service -> service.getServiceDescriptor().getName())
                .toList());
        this.doors = new ServerDoors(settings, hosted, services, readiness);
    }

    /**
     * Starts listening.
     *
     * @throws IOException if the address cannot be listened on
     */
    public static GrpcProcess start(ServerSettings settings, HostedServices hosted) throws IOException {
        GrpcProcess process = new GrpcProcess(settings, hosted);
        process.doors.listen();
        return process;
    }

    /** Returns the port on which the server listens, even if any free port was asked for. */
    public int port() {
        return doors.port();
    }

    /** Returns the admin server's port, or -1 without one. */
    public int adminPort() {
        return doors.adminPort();
    }

    /**
     * Returns a channel for other servers of this process, such as an HTTP gateway. It leads to the same services, health
     * and tokens, without a network in between. Its calls drain with the others. It is closed at the stop, after all parts.
     *
     * @throws IOException if the channel cannot be opened
     * @throws IllegalStateException after {@link #stop}
     */
    public synchronized Channel insideChannel() throws IOException {
        if (stopped != null) {
            throw new IllegalStateException("the server has stopped");
        }
        return doors.inside();
    }

    /**
     * Returns the token check that all calls must pass, even those from inside the process; empty if no tokens are required.
     */
    public Optional<TokenCheck> tokenCheck() {
        return doors.tokenCheck();
    }

    /**
     * Takes requests from now on, while health still says NOT_SERVING. Requests fail if something they need is missing. This
     * is for services that can answer some calls before they are ready for all.
     */
    public void open() {
        readiness.open();
    }

    /** Tells that the model is warm, and takes requests from now on. Calling it again does nothing. */
    public void serving() {
        if (readiness.serving()) {
            LOG.info("serving");
        }
    }

    /**
     * Tells that requests cannot be served, because a service that they need is gone, until {@link #serving} is called
     * again.
     *
     * @param why for the log
     */
    public void notServing(String why) {
        if (readiness.pause()) {
            LOG.atWarn().addKeyValue("cause", why).log("not serving");
        }
    }

    /**
     * Adds a task that ends work that no caller waits for. It runs once health says NOT_SERVING, before the server waits for
     * running calls.
     */
    public void whenStopping(Runnable end) {
        whenStopping.add(end);
    }

    /** Adds a task that tells calls that exceed the drain time why they end. Without it clients see a bare CANCELLED. */
    public void beforeCut(Runnable tell) {
        beforeCut.add(tell);
    }

    /**
     * Stops at once, because something that it needs to serve is lost. Health says NOT_SERVING, running calls are told why
     * they end, and {@link #stop} returns LOST. If closing hangs, as it may with a lost device, the process is ended all the
     * same.
     *
     * @param why for the log
     */
    public void lost(String why) {
        LOG.atError().addKeyValue("cause", why).log("cannot serve any more");
        lost = true;
        readiness.notServing();
        runAll(beforeCut);
        Thread stop = new Thread(this::stop, "speckv-lost");
        stop.setDaemon(true);
        stop.start();
        if (endsTheProcess) {
            Deadly.endProcessIn(CLOSE_AFTER_LOSS, why);
        }
    }

    /** Adds a part to close when the server has stopped: models first, telemetry last. */
    public synchronized void closeAtStop(AutoCloseable part) {
        closeAtStop.add(part);
    }

    /**
     * Stops as the class comment describes. A second call returns the result of the first.
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
        LOG.atInfo()
                .addKeyValue("notice", DurationText.of(settings.drain().notice()))
                .addKeyValue("calls", DurationText.of(settings.drain().calls()))
                .log("stopping");
        readiness.notServing();
        runAll(whenStopping);
        boolean ended = false;
        try {
            Thread.sleep(lost ? 0 : settings.drain().notice().toMillis());
            readiness.refuse();
            doors.shut();
            ended = doors.await(settings.drain().calls());
            if (!ended) {
                runAll(beforeCut);
                doors.await(TELL_CALLS);
            }
            doors.cut();
            doors.await(CUT_CALLS);
        } catch (InterruptedException e) {
            doors.cut();
            Thread.currentThread().interrupt();
        }
        doors.close();
        return ended;
    }

    /** Runs tasks of which none keeps the server from stopping. */
    private static void runAll(List<Runnable> tasks) {
        for (Runnable task : tasks) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("could not tell calls that the server stops", e);
            }
        }
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
        doors.closeInside();
        return closed;
    }

    /** Makes SIGTERM and Ctrl-C stop this server and end the process with an {@link ExitCode}, from now on. */
    public void stopAtSignal() {
        hookForSignals();
    }

    private synchronized Thread hookForSignals() {
        if (atSignal == null) {
            // Halting in the hook is the only way to set the exit code after a signal.
            atSignal = new Thread(() -> Runtime.getRuntime().halt(stop().number()), "speckv-stop");
            Runtime.getRuntime().addShutdownHook(atSignal);
            endsTheProcess = true;
        }
        return atSignal;
    }

    /** Returns whether the server has stopped listening, for any reason. */
    public boolean isStopped() {
        return doors.areClosed();
    }

    /** Waits until the process is told to end, then {@link #stopAtSignal stops} and ends it. */
    public void awaitSignal() throws InterruptedException {
        Thread hook = hookForSignals();
        doors.awaitClosed();
        hook.join();
    }

    @Override
    public void close() {
        stop();
    }
}
