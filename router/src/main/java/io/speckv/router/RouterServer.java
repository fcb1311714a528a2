package io.speckv.router;

import io.opentelemetry.api.common.Attributes;
import io.speckv.http.HttpGateway;
import io.speckv.http.HttpSettings;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.FreePort;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.Telemetry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A router from settings to a running server: wires the parts and owns their order of closing. */
public final class RouterServer implements AutoCloseable {
    private final GrpcProcess process;
    private final RoutedModels models;
    private final @Nullable HttpGateway gateway;

    private RouterServer(GrpcProcess process, RoutedModels models, @Nullable HttpGateway gateway) {
        this.process = process;
        this.models = models;
        this.gateway = gateway;
    }

    /**
     * Listens, for HTTP too where a port is set, and loads the tokenizers. Health says SERVING, and requests are taken, as soon as a
     * target of one model has described itself.
     *
     * @throws IOException if an address cannot be listened on
     * @throws SettingsException if the settings of a method are not valid
     * @throws io.speckv.text.TextException if a tokenizer or chat template cannot be loaded
     */
    public static RouterServer start(RouterSettings settings) throws IOException {
        return start(
                settings,
                Telemetry.start(
                        settings.telemetry(),
                        new Telemetry.ServiceIdentity("speckv-router", BuildVersion.current()),
                        List.of()));
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

    /** Starts with a telemetry of the caller's making, which the server closes. */
    public static RouterServer start(RouterSettings settings, Telemetry telemetry) throws IOException {
        RouterService service = new RouterService(settings.streams().outbox());
        GrpcProcess process = GrpcProcess.start(
                settings.server(),
                new HostedServices(List.of(service), List.of(telemetry.serverInterceptor()), FailureClassifier.NONE));
        Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(telemetry, service));
        boolean started = false;
        try {
            RoutedModels models = open(
                    settings,
                    new RoutedModel.Surroundings(telemetry, service.timer(), settings.describeEvery()),
                    opened);
            observe(models, telemetry.metrics());
            service.attach(models);
            process.beforeCut(() -> service.failCalls(
                    RequestException.of(FailureCode.DRAINING, "the router stops before the answer is complete")));
            HttpGateway gateway = gateway(settings.http(), settings.server().tokensFile() != null, process, opened);
            models.all().forEach(model -> model.start(() -> tell(process, models)));
            started = true;
            return new RouterServer(process, models, gateway);
        } finally {
            // What was opened last may use what was opened before it.
            opened.descendingIterator().forEachRemaining(process::closeAtStop);
            if (!started) {
                process.close();
            }
        }
    }

    private static @Nullable HttpGateway gateway(
            HttpSettings settings, boolean asksForTokens, GrpcProcess process, Deque<AutoCloseable> opened)
            throws IOException {
        if (settings.port() < 0) {
            return null;
        }
        HttpGateway gateway = HttpGateway.start(settings, process.insideChannel(), asksForTokens);
        opened.add(gateway);
        return gateway;
    }

    /** Makes health say what is known of the models: it serves while one of them does. */
    private static synchronized void tell(GrpcProcess process, RoutedModels models) {
        if (models.isAnyReady()) {
            process.serving();
        } else {
            process.notServing(models.troubles());
        }
    }

    private static RoutedModels open(
            RouterSettings settings, RoutedModel.Surroundings around, Deque<AutoCloseable> opened) {
        Map<String, RoutedModel> models = new LinkedHashMap<>();
        settings.models().forEach((name, model) -> {
            RoutedModel routed = RoutedModel.open(name, model, around);
            opened.add(routed);
            models.put(name, routed);
        });
        return new RoutedModels(
                List.copyOf(models.values()), Objects.requireNonNull(models.get(settings.defaultName())));
    }

    private static void observe(RoutedModels models, Metrics metrics) {
        metrics.observe(Metric.QUEUE_DEPTH, () -> sum(models, Admission::queued));
        metrics.observe(Metric.QUEUE_TOKENS, () -> sum(models, Admission::queuedTokens));
        metrics.observeEach(
                Metric.MODEL_READY,
                () -> models.all().stream()
                        .filter(model -> !model.name().isEmpty())
                        .collect(Collectors.toMap(
                                model -> Attributes.of(RequestMetrics.MODEL, model.name()),
                                model -> model.parts().directory().trouble().isEmpty() ? 1L : 0L)));
        RequestMetrics.startCounting(metrics);
    }

    private static long sum(RoutedModels models, ToLongFunction<Admission> figure) {
        return models.all().stream()
                .mapToLong(model -> figure.applyAsLong(model.parts().admission()))
                .sum();
    }

    /** Returns the server's process, to wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the port that is listened on. */
    public int port() {
        return process.port();
    }

    /** Returns the port that HTTP is listened on, or -1 without HTTP. */
    public int httpPort() {
        return gateway == null ? -1 : gateway.port();
    }

    /** Returns whether a target of every model has described itself. */
    public boolean knowsTarget() {
        return models.all().stream()
                .allMatch(model -> model.parts().directory().described().isPresent());
    }

    /** Returns whether a draft of every model has. */
    public boolean knowsDraft() {
        return models.all().stream()
                .allMatch(model -> model.parts().directory().draft().isPresent());
    }

    /** Returns the requests that run now: 0 while nobody asks. */
    public int running() {
        return (int) sum(models, Admission::running);
    }

    @Override
    public void close() {
        process.close();
    }
}
