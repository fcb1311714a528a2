package io.speckv.router;

import io.opentelemetry.api.common.Attributes;
import io.speckv.http.HttpGateway;
import io.speckv.http.connection.HttpSettings;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.FreePort;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.server.ReloadTimer;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.settings.SettingsSource;
import io.speckv.kit.settings.SettingsWatch;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.router.model.LiveModels;
import io.speckv.router.model.ModelOpening;
import io.speckv.router.model.RoutedModels;
import io.speckv.router.reply.RequestMetrics;
import io.speckv.router.settings.RouterSettings;
import io.speckv.router.target.TargetCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a running router from settings: connects its parts and closes them in the right order. */
public final class RouterServer implements AutoCloseable {
    /** How long a model with changed settings has to become ready to replace the one that serves. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final GrpcProcess process;
    private final LiveModels models;
    private final @Nullable HttpGateway gateway;

    private RouterServer(GrpcProcess process, LiveModels models, @Nullable HttpGateway gateway) {
        this.process = process;
        this.models = models;
        this.gateway = gateway;
    }

    /**
     * Loads the tokenizers and listens, on the HTTP port too where one is set. Health says SERVING, and requests are accepted,
     * as soon as a target of one model has described itself.
     *
     * @throws IOException if an address cannot be listened on
     * @throws SettingsException if the settings of a method are not valid
     * @throws io.speckv.text.TextException if a tokenizer or chat template cannot be loaded
     */
    public static RouterServer start(RouterSettings settings) throws IOException {
        return start(settings, telemetry(settings), null);
    }

    /**
     * Starts a router that follows its settings file: when the file changes, the router takes up the new models without a
     * restart.
     *
     * @param source that gave {@code settings}
     */
    public static RouterServer start(RouterSettings settings, SettingsSource<RouterSettings> source)
            throws IOException {
        return start(settings, telemetry(settings), source);
    }

    private static Telemetry telemetry(RouterSettings settings) {
        return Telemetry.start(
                settings.telemetry(),
                new Telemetry.ServiceIdentity("speckv-router", BuildVersion.current()),
                List.of());
    }

    /**
     * Returns normally if a router with these settings could listen now.
     *
     * @throws IOException if one of its ports is taken
     */
    public static void requireFreePorts(RouterSettings settings) throws IOException {
        FreePort.require(settings.server().address(), settings.server().port());
        FreePort.require(settings.server().adminAddress(), settings.server().adminPort());
        FreePort.require(settings.http().address(), settings.http().port());
    }

    /** Starts with the caller's telemetry, which the server closes. */
    public static RouterServer start(RouterSettings settings, Telemetry telemetry) throws IOException {
        return start(settings, telemetry, null);
    }

    private static RouterServer start(
            RouterSettings settings, Telemetry telemetry, @Nullable SettingsSource<RouterSettings> source)
            throws IOException {
        RouterService service = new RouterService(settings.streams().outbox());
        GrpcProcess process = GrpcProcess.start(
                settings.server(),
                new HostedServices(List.of(service), List.of(telemetry.serverInterceptor()), FailureClassifier.NONE));
        Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(telemetry, service));
        boolean started = false;
        try {
            ModelOpening.Surroundings around =
                    new ModelOpening.Surroundings(telemetry, service.timer(), settings.describeEvery());
            LiveModels models = new LiveModels(settings, around, READY_WITHIN, now -> tell(process, now));
            opened.add(models);
            observe(models, telemetry.metrics());
            service.attach(models);
            process.beforeCut(() -> service.failCalls(
                    RequestException.of(FailureCode.DRAINING, "the router stops before the answer is complete")));
            process.open(); // clients can ask for the catalogue before the first target is connected
            HttpGateway gateway = gateway(settings.http(), process, opened);
            models.start();
            watch(settings, source, models, telemetry.metrics(), opened);
            started = true;
            return new RouterServer(process, models, gateway);
        } finally {
            // A part may use the parts that were opened before it, so the newest part closes first.
            opened.descendingIterator().forEachRemaining(process::closeAtStop);
            if (!started) {
                process.close();
            }
        }
    }

    private static @Nullable HttpGateway gateway(
            HttpSettings settings, GrpcProcess process, Deque<AutoCloseable> opened) throws IOException {
        if (settings.port() < 0) {
            return null;
        }
        HttpGateway gateway = HttpGateway.start(settings, process.insideChannel(), process.tokenCheck());
        opened.add(gateway);
        return gateway;
    }

    /** Sets the health status: SERVING while at least one model can be asked. */
    private static void tell(GrpcProcess process, RoutedModels models) {
        if (models.isAnyReady()) {
            process.serving();
        } else {
            process.notServing(models.troubles());
        }
    }

    private static void watch(
            RouterSettings settings,
            @Nullable SettingsSource<RouterSettings> source,
            LiveModels models,
            Metrics metrics,
            Deque<AutoCloseable> opened) {
        if (source != null && source.file() != null) {
            SettingsWatch<RouterSettings> watch =
                    new SettingsWatch<>(source, source.file(), settings, models::use, metrics);
            ReloadTimer timer = new ReloadTimer();
            opened.add(timer);
            timer.every(settings.reloadEvery(), watch::look);
        }
    }

    private static void observe(LiveModels models, Metrics metrics) {
        metrics.observe(Metric.QUEUE_DEPTH, () -> sum(models, Admission::queued));
        metrics.observe(Metric.QUEUE_TOKENS, () -> sum(models, Admission::queuedTokens));
        metrics.observe(
                Metric.ANALYSIS_BYTES,
                () -> models.current().all().stream()
                        .mapToLong(model -> model.anyParts().analyses().bytes())
                        .sum());
        metrics.observeEach(
                Metric.MODEL_READY,
                () -> models.current().all().stream()
                        .filter(model -> !model.name().isEmpty())
                        .collect(Collectors.toMap(
                                model -> Attributes.of(RequestMetrics.MODEL, model.name()),
                                model -> model.trouble().isEmpty() ? 1L : 0L)));
        RequestMetrics.startCounting(metrics);
        TargetCall.startCounting(metrics);
    }

    private static long sum(LiveModels models, ToLongFunction<Admission> figure) {
        return models.current().all().stream()
                .mapToLong(model -> figure.applyAsLong(model.anyParts().admission()))
                .sum();
    }

    /** Returns the server's process, so that a caller can wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the gRPC port. */
    public int port() {
        return process.port();
    }

    /** Returns the HTTP port, or -1 without HTTP. */
    public int httpPort() {
        return gateway == null ? -1 : gateway.port();
    }

    /** Returns whether a target of every model has described itself. */
    public boolean knowsTarget() {
        return models.current().all().stream()
                .allMatch(model -> model.described().isPresent());
    }

    /** Returns whether a draft of every model has described itself. */
    public boolean knowsDraft() {
        return models.current().all().stream().allMatch(model -> model.draft().isPresent());
    }

    /** Returns why no model would serve requests, model by model. */
    public String troubles() {
        return models.current().troubles();
    }

    /** Returns the number of requests that run now. */
    public int running() {
        return (int) sum(models, Admission::running);
    }

    @Override
    public void close() {
        process.close();
    }
}
