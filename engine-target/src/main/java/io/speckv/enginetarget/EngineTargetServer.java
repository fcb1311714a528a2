package io.speckv.enginetarget;

import io.speckv.engineclient.EngineClient;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.text.TextException;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a running target over another engine from settings: connects its parts and closes them in the right order. */
public final class EngineTargetServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineTargetServer.class);

    private final GrpcProcess process;
    private final EngineTargetService service;
    private final Admission admission;

    private EngineTargetServer(GrpcProcess process, EngineTargetService service, Admission admission) {
        this.process = process;
        this.service = service;
        this.admission = admission;
    }

    /**
     * Listens at once. Serves requests when the engine was found and its tokenizer is the same as ours.
     *
     * @throws IOException if the address cannot be listened on
     * @throws io.speckv.text.TokenizerException if the tokenizer is missing or damaged
     */
    public static EngineTargetServer start(EngineTargetSettings settings) throws IOException {
        return start(
                settings,
                Telemetry.start(
                        settings.telemetry(),
                        new Telemetry.ServiceIdentity("speckv-engine-target", BuildVersion.current()),
                        List.of()));
    }

    /** Starts with the caller's telemetry, which the server closes. */
    public static EngineTargetServer start(EngineTargetSettings settings, Telemetry telemetry) throws IOException {
        Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(telemetry));
        boolean started = false;
        try {
            Tokenizer tokenizer = Tokenizer.open(settings.tokenizer());
            opened.push(tokenizer);
            ScheduledExecutorService timer = DaemonTimer.start("speckv-engine-target-timer");
            opened.push(timer::shutdownNow);
            EngineClient client = new EngineClient(settings.engine().connection());
            Admission admission = new Admission(settings.queue().limits());
            AtomicReference<EngineWatch> watch = new AtomicReference<>();
            AnswerParts parts = new AnswerParts(
                    client,
                    tokenizer,
                    settings.patience(),
                    new AnswerMeasures(telemetry.metrics()),
                    timer,
                    () -> Optional.ofNullable(watch.get()).ifPresent(EngineWatch::lookNow));
            OrderReader orders =
                    new OrderReader(tokenizer, SamplingDefaults.read(settings.tokenizer()), settings.limits());
            EngineTargetService service = new EngineTargetService(
                    telemetry,
                    settings,
                    orders,
                    parts,
                    admission,
                    () -> Optional.ofNullable(watch.get()).flatMap(EngineWatch::engine));
            GrpcProcess process = GrpcProcess.start(
                    settings.server(),
                    new HostedServices(
                            List.of(service), List.of(telemetry.serverInterceptor()), EngineTargetServer::classify));
            process.beforeCut(() -> service.failStreams(
                    RequestException.of(FailureCode.DRAINING, "the target stops before the answer is complete")));
            EngineWatch looking = new EngineWatch(
                    client, settings, new TokenizerBattery(client, tokenizer), new Telling(process, orders));
            watch.set(looking);
            opened.push(looking);
            opened.forEach(process::closeAtStop);
            telemetry.metrics().observe(Metric.QUEUE_DEPTH, admission::queued);
            telemetry.metrics().observe(Metric.QUEUE_TOKENS, admission::queuedTokens);
            telemetry.metrics().observe(Metric.SLOTS_USED, admission::running);
            telemetry.metrics().observe(Metric.SLOTS_LIMIT, settings.queue()::running);
            looking.start();
            started = true;
            return new EngineTargetServer(process, service, admission);
        } finally {
            if (!started) {
                closeAll(opened);
            }
        }
    }

    private static void closeAll(Deque<AutoCloseable> opened) throws IOException {
        IOException failure = null;
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                failure = new IOException("a part that was started does not stop", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static Optional<RequestException> classify(Throwable thrown) {
        return thrown instanceof TextException
                ? Optional.of(RequestException.of(
                        FailureCode.FIELD_INVALID, "the text cannot be tokenized: it is not valid Unicode", thrown))
                : Optional.empty();
    }

    /** Sets the health status to what the watch reports. */
    private record Telling(GrpcProcess process, OrderReader orders) implements EngineWatch.Listener {
        @Override
        public void found(KnownEngine engine) {
            List<String> leftOut = orders.leftOut(engine.dialect());
            if (!leftOut.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("kind", engine.dialect().kind())
                        .addKeyValue("settings", String.join(", ", leftOut))
                        .log(
                                "settings of the model's generation_config.json are left out: the engine does not take them");
            }
        }

        @Override
        public void ready(KnownEngine engine) {
            process.serving();
        }

        @Override
        public void notReady(String why) {
            process.notServing(why);
        }
    }

    /** Returns the server's process, so that a caller can wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the port. */
    public int port() {
        return process.port();
    }

    /** Returns the number of requests at the engine. */
    public int running() {
        return admission.running();
    }

    /** Returns the number of open calls. */
    int openCalls() {
        return service.openStreams();
    }

    @Override
    public void close() {
        process.close();
    }
}
