package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.StageTiming;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TelemetryTest {
    private static final Telemetry.ServiceIdentity NAME = new Telemetry.ServiceIdentity("test", "0");

    record Holder(TelemetrySettings telemetry) {}

    private static TelemetrySettings settings(String... flags) {
        return SettingsLoader.withDefaults(Holder.class, TelemetrySettings.DEFAULTS)
                .load(null, Map.of(), List.of(flags))
                .value()
                .telemetry();
    }

    /** A service that runs two stages, and asks the next one of its kind if there is one. */
    private static final class Chained extends InferenceServiceGrpc.InferenceServiceImplBase {
        private final Telemetry telemetry;
        private final List<Channel> next;
        final BlockingQueue<RequestTimeline> timelines = new LinkedBlockingQueue<>();
        final BlockingQueue<String> loggedTraces = new LinkedBlockingQueue<>();

        Chained(Telemetry telemetry, List<Channel> next) {
            this.telemetry = telemetry;
            this.next = next;
        }

        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
            RequestTimeline timeline = RequestTimeline.start(telemetry);
            loggedTraces.add(String.valueOf(MDC.get("trace_id")));
            try (StageScope stage = timeline.open(Stage.TOKENIZE)) {
                pause(20);
                stage.tokens(7).attribute(AttributeKey.longKey("speckv.budget"), 5L);
            }
            for (Channel channel : next) {
                InferenceServiceGrpc.newBlockingStub(channel).describe(request);
            }
            timelines.add(timeline);
            observer.onNext(DescribeResponse.getDefaultInstance());
            observer.onCompleted();
        }

        private static void pause(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static LoopbackServer serve(Chained service, Telemetry telemetry) throws Exception {
        LoopbackServer server =
                LoopbackServer.loading(service, List.of(telemetry.serverInterceptor()), FailureClassifier.NONE);
        server.process().serving();
        return server;
    }

    private static List<SpanData> await(SpanCollector collector, String traceId, int count) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (collector.spans(traceId).size() < count && System.nanoTime() < until) {
            Thread.sleep(5);
        }
        return collector.spans(traceId);
    }

    @Test
    void oneRequestGivesOneTreeThroughTwoServices() throws Exception {
        SpanCollector collector = new SpanCollector(100);
        try (Telemetry telemetry = Telemetry.start(settings(), NAME, List.of(collector))) {
            Chained target = new Chained(telemetry, List.of());
            try (LoopbackServer second = serve(target, telemetry)) {
                Channel hop = ClientInterceptors.intercept(second.channel().channel(), telemetry.clientInterceptor());
                Chained router = new Chained(telemetry, List.of(hop));
                try (LoopbackServer first = serve(router, telemetry)) {
                    InferenceServiceGrpc.newBlockingStub(first.channel().channel())
                            .describe(DescribeRequest.getDefaultInstance());
                    RequestTimeline timeline = router.timelines.take();
                    List<SpanData> spans = await(collector, timeline.traceId(), 5);

                    assertThat(spans).hasSize(5);
                    SpanData root = only(spans, SpanKind.SERVER, "0000000000000000");
                    SpanData call = only(spans, SpanKind.CLIENT, root.getSpanId());
                    SpanData served = only(spans, SpanKind.SERVER, call.getSpanId());
                    assertThat(root.getName()).isEqualTo("speckv.v1.InferenceService/Describe");
                    SpanData stage = only(spans, SpanKind.INTERNAL, root.getSpanId());
                    only(spans, SpanKind.INTERNAL, served.getSpanId());
                    assertThat(stage.getName()).isEqualTo("tokenize");
                    assertThat(stage.getAttributes().asMap())
                            .containsEntry(AttributeKey.longKey("speckv.tokens"), 7L)
                            .containsEntry(AttributeKey.longKey("speckv.budget"), 5L);
                    assertThat(stage.getEndEpochNanos() - stage.getStartEpochNanos())
                            .isEqualTo(timeline.times().get(0).elapsed().toNanos());
                    assertThat(router.loggedTraces.take()).isEqualTo(timeline.traceId());
                    assertThat(target.loggedTraces.take()).isEqualTo(timeline.traceId());
                }
            }
        }
    }

    private static SpanData only(List<SpanData> spans, SpanKind kind, String parent) {
        List<SpanData> found = spans.stream()
                .filter(span -> span.getKind() == kind && span.getParentSpanId().equals(parent))
                .toList();
        assertThat(found).as(kind + " under " + parent).hasSize(1);
        return found.get(0);
    }

    @Test
    void joinsTheTraceOfACallerOutsideAndMarksErrors() throws Exception {
        SpanCollector collector = new SpanCollector(100);
        try (Telemetry telemetry = Telemetry.start(settings(), NAME, List.of(collector));
                LoopbackServer server = LoopbackServer.loading(
                        new Chained(telemetry, List.of()),
                        List.of(telemetry.serverInterceptor()),
                        FailureClassifier.NONE)) {
            String traceId = "0af7651916cd43dd8448eb211c80319c";
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-" + traceId + "-b7ad6b7169203331-01");

            assertThatThrownBy(() -> InferenceServiceGrpc.newBlockingStub(ClientInterceptors.intercept(
                                    server.channel().channel(), MetadataUtils.newAttachHeadersInterceptor(headers)))
                            .describe(DescribeRequest.getDefaultInstance()))
                    .hasMessageContaining("UNAVAILABLE");

            SpanData span = await(collector, traceId, 1).get(0);
            assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(span.getStatus()).isEqualTo(StatusData.error());
            assertThat(span.getAttributes().get(AttributeKey.stringKey("rpc.status_code")))
                    .isEqualTo("UNAVAILABLE");
        }
    }

    @Test
    void placesReportedStagesOnTheCallersClock() {
        try (Telemetry telemetry = Telemetry.start(settings(), NAME, List.of())) {
            RequestTimeline timeline = RequestTimeline.start(telemetry);
            StageTime remote = new StageTime(Stage.DRAFT_PREFILL, Duration.ofMillis(1), Duration.ofMillis(30), 4096);
            timeline.record(
                    new StageTime(Stage.SELECT, Duration.ofMillis(50), Duration.ofMillis(1), 9), Attributes.empty());
            timeline.adopt(StageTime.fromProto(List.of(remote.toProto())), Duration.ofMillis(10));

            assertThat(timeline.times())
                    .containsExactly(
                            new StageTime(Stage.DRAFT_PREFILL, Duration.ofMillis(11), Duration.ofMillis(30), 4096),
                            new StageTime(Stage.SELECT, Duration.ofMillis(50), Duration.ofMillis(1), 9));
            assertThat(timeline.traceId()).isEmpty();
        }
    }

    @Test
    void knowsEveryStageOfTheProtocolAndSkipsNewerOnes() {
        List<io.speckv.proto.v1.Stage> wire = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            wire.add(stage.toProto());
            assertThat(Stage.of(stage.toProto())).isEqualTo(stage);
        }
        wire.add(io.speckv.proto.v1.Stage.STAGE_UNSPECIFIED);
        wire.add(io.speckv.proto.v1.Stage.UNRECOGNIZED);
        assertThat(wire).containsExactlyInAnyOrder(io.speckv.proto.v1.Stage.values());
        assertThat(StageTime.fromProto(
                        List.of(StageTiming.newBuilder().setStageValue(99).build())))
                .isEmpty();
    }

    @Test
    void servesMetricsToPrometheus() throws Exception {
        MetricsPage page = new MetricsPage();
        try (Telemetry telemetry = Telemetry.start(settings(page.flag()), NAME, List.of())) {
            Metrics metrics = telemetry.metrics();
            metrics.observe(Metric.QUEUE_DEPTH, () -> 3);
            metrics.add(Metric.FALLBACKS, 2, Attributes.empty());
            metrics.record(Metric.TIME_TO_FIRST_TOKEN, 0.3, Attributes.empty());

            assertThat(page.text())
                    .containsPattern("speckv_queue_depth(\\{[^}]*})? 3")
                    .containsPattern("speckv_fallbacks_total(\\{[^}]*})? 2")
                    .containsPattern("gen_ai_server_time_to_first_token_seconds_bucket\\{[^}]*le=\"0.5\"} 1");
            assertThatThrownBy(() -> metrics.add(Metric.QUEUE_DEPTH, 1, Attributes.empty()))
                    .hasMessage("QUEUE_DEPTH is a GAUGE, not a counter");
            assertThatThrownBy(() -> metrics.record(Metric.FALLBACKS, 1, Attributes.empty()))
                    .hasMessage("FALLBACKS is a COUNTER, not a histogram");
            assertThatThrownBy(() -> metrics.observe(Metric.FALLBACKS, () -> 1))
                    .hasMessage("FALLBACKS is a COUNTER, not a gauge");
        }
    }

    @Test
    void exportsSpansToACollectorAndOutlivesOneThatIsGone() throws Exception {
        OtlpReceiver receiver = new OtlpReceiver();
        try (LoopbackServer server = LoopbackServer.serving(receiver)) {
            String endpoint = "--telemetry.otlp-endpoint=http://127.0.0.1:"
                    + server.process().port();
            try (Telemetry telemetry = Telemetry.start(settings(endpoint), NAME, List.of())) {
                telemetry.tracer().spanBuilder("draft.prefill").startSpan().end();
            }
            assertThat(receiver.received.poll(10, TimeUnit.SECONDS)).contains("draft.prefill", "service.name");
        }
        try (Telemetry telemetry =
                Telemetry.start(settings("--telemetry.otlp-endpoint=http://127.0.0.1:1"), NAME, List.of())) {
            long start = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                telemetry.tracer().spanBuilder("lost").startSpan().end();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** A stop that waits ten seconds for a collector is cut by whoever asked for it. */
    @Test
    void aCollectorThatIsGoneHoldsUpNoStop() {
        Telemetry telemetry =
                Telemetry.start(settings("--telemetry.otlp-endpoint=http://127.0.0.1:1"), NAME, List.of());
        telemetry.tracer().spanBuilder("lost").startSpan().end();
        assertTimeoutPreemptively(Duration.ofSeconds(6), telemetry::close);
    }

    @Test
    void tracesTheShareThatIsSet() {
        try (Telemetry none = Telemetry.start(settings("--telemetry.trace-share=0"), NAME, List.of())) {
            assertThat(none.tracer().spanBuilder("a").startSpan().isRecording()).isFalse();
        }
        assertThatThrownBy(() -> settings("--telemetry.trace-share=1.5"))
                .hasMessageContaining("trace-share is 1.5, must be 0 to 1");
    }

    @Test
    void restoresTheOuterTraceWhenAScopeEnds() {
        try (Telemetry telemetry = Telemetry.start(settings(), NAME, List.of())) {
            Span outer = telemetry.tracer().spanBuilder("outer").setNoParent().startSpan();
            Span inner = telemetry.tracer().spanBuilder("inner").setNoParent().startSpan();
            InTrace.run(Context.root().with(outer), () -> {
                InTrace.run(
                        Context.root().with(inner),
                        () -> assertThat(MDC.get("trace_id"))
                                .isEqualTo(inner.getSpanContext().getTraceId()));
                assertThat(MDC.get("trace_id")).isEqualTo(outer.getSpanContext().getTraceId());
            });
            assertThat(MDC.get("trace_id")).isNull();
            outer.end();
            inner.end();
        }
    }

    @Test
    void forgetsTheOldestSpansBeyondItsCapacity() {
        SpanCollector collector = new SpanCollector(2);
        try (Telemetry telemetry = Telemetry.start(settings(), NAME, List.of(collector))) {
            List<String> traces = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Span span =
                        telemetry.tracer().spanBuilder("s" + i).setNoParent().startSpan();
                span.end();
                traces.add(span.getSpanContext().getTraceId());
            }
            assertThat(collector.spans(traces.get(0))).isEmpty();
            assertThat(collector.spans(traces.get(2))).hasSize(1);
        }
    }

    @Test
    void aMetricsPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TelemetrySettings settings = settings("--telemetry.prometheus-port=" + taken.getLocalPort());

            assertThatThrownBy(() -> Telemetry.start(settings, NAME, List.of()))
                    .isInstanceOf(MetricsPortException.class)
                    .hasMessageStartingWith("cannot listen for metrics on ")
                    .hasMessageContaining(":" + taken.getLocalPort() + ": ");
        }
    }
}
