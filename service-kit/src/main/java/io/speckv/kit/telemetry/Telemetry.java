package io.speckv.kit.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A process's tracer, metrics and log level, wired by its settings. Exports run behind bounded queues, so a collector that
 * is down or slow costs spans, never requests. Close it last.
 */
public final class Telemetry implements AutoCloseable {
    private static final String SCOPE = "io.speckv";

    private final SdkTracerProvider tracers;
    private final SdkMeterProvider meters;
    private final Tracer tracer;
    private final Metrics metrics;

    private Telemetry(SdkTracerProvider tracers, SdkMeterProvider meters) {
        this.tracers = tracers;
        this.meters = meters;
        this.tracer = tracers.get(SCOPE);
        this.metrics = new Metrics(meters.get(SCOPE));
    }

    /**
     * Starts exporting.
     *
     * @param service name and version for {@code service.name} and {@code service.version}
     * @param processors get every ended span in addition to the exporter; for example a {@link SpanCollector}
     * @throws MetricsPortException if the address of the metrics cannot be listened on
     */
    public static Telemetry start(TelemetrySettings settings, ServiceIdentity service, List<SpanProcessor> processors) {
        logLibraries();
        if (LoggerFactory.getLogger(SCOPE) instanceof Logger logger) {
            logger.setLevel(Level.convertAnSLF4JLevel(settings.logLevel()));
            settings.logFormat().applyTo(logger.getLoggerContext());
        }
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", service.name())
                        .put("service.version", service.version())
                        .build()));
        SdkTracerProviderBuilder tracers = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.traceShare())));
        SdkMeterProviderBuilder meters = SdkMeterProvider.builder().setResource(resource);
        tracers.addSpanProcessor(new KeepIds());
        processors.forEach(tracers::addSpanProcessor);
        String endpoint = settings.otlpEndpoint();
        if (endpoint != null) {
            tracers.addSpanProcessor(BatchSpanProcessor.builder(
                            OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build())
                    .build());
            meters.registerMetricReader(PeriodicMetricReader.builder(OtlpGrpcMetricExporter.builder()
                            .setEndpoint(endpoint)
                            .build())
                    .setInterval(settings.otlpMetricInterval())
                    .build());
        }
        if (settings.prometheusPort() >= 0) {
            meters.registerMetricReader(prometheus(settings));
        }
        return new Telemetry(tracers.build(), meters.build());
    }

    private static MetricReader prometheus(TelemetrySettings settings) {
        try {
            return PrometheusHttpServer.builder()
                    .setHost(settings.prometheusAddress())
                    .setPort(settings.prometheusPort())
                    .build();
        } catch (UncheckedIOException e) {
            IOException cause = Objects.requireNonNull(e.getCause());
            throw new MetricsPortException(
                    "cannot listen for metrics on %s:%d: %s"
                            .formatted(settings.prometheusAddress(), settings.prometheusPort(), cause.getMessage()),
                    cause);
        }
    }

    /** gRPC and the exporters log through java.util.logging. Their lines go to our log, where they can be silenced. */
    private static void logLibraries() {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    /** Does nothing. Answers and log lines carry trace ids, and without any processor the SDK makes none. */
    private static final class KeepIds implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {}

        @Override
        public boolean isEndRequired() {
            return false;
        }
    }

    /** Name and version of a service in traces and metrics. */
    public record ServiceIdentity(String name, String version) {}

    public Tracer tracer() {
        return tracer;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Returns an interceptor that gives every served call a span in its caller's trace. */
    public ServerInterceptor serverInterceptor() {
        return new ServerTracing(tracer, metrics);
    }

    /** Returns an interceptor that gives every outgoing call a span and sends the trace to the server. */
    public ClientInterceptor clientInterceptor() {
        return new ClientTracing(tracer);
    }

    /** Exports the remaining data, for at most 2 s, so that a missing collector does not delay the end. */
    @Override
    public void close() {
        CompletableResultCode.ofAll(List.of(tracers.shutdown(), meters.shutdown()))
                .join(2, TimeUnit.SECONDS);
    }
}
