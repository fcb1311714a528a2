package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.draft.DraftServer;
import io.speckv.draft.DraftSettings;
import io.speckv.kit.telemetry.SpanCollector;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.telemetry.TelemetrySettings;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.RouterServer;
import io.speckv.router.settings.RouterSettings;
import io.speckv.target.TargetServer;
import io.speckv.target.TargetSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** One request through three real services is one trace: every stage under the service that ran it, and no time lost. */
@ResourceLock(Resources.SYSTEM_ERR) // its services log
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceTreeTest {
    private static final Path ROOT = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("")
            .toAbsolutePath()
            .normalize();
    private static final Path DRAFT = ROOT.resolve("models/speckv-tiny-draft");
    private static final Path TARGET = ROOT.resolve("models/speckv-tiny-target");
    private static final String GENERATE = "speckv.v1.InferenceService/Generate";
    private static final double LEAST_COVERED = 0.95;
    private static final int ATTEMPTS = 8;

    /** Drops tokens and KV pairs, and lets the target read while the draft goes on. */
    private static final Map<String, Object> CASCADE = Map.of(
            "second_stage",
            "own_lookahead",
            "specpc",
            Map.of("max_capacity_prompt", 600, "window_size", 32),
            "speckv",
            Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 7, "lookahead_tokens", 32));

    private final SpanCollector spans = new SpanCollector(10_000);
    private DraftServer draft;
    private TargetServer target;
    private RouterServer router;
    private ManagedChannel channel;

    @BeforeAll
    void start() throws Exception {
        draft = DraftServer.start(
                DraftSettings.loader()
                        .load(null, Map.of(), flags("--model.folder=" + DRAFT))
                        .value(),
                telemetry("draft"));
        target = TargetServer.start(
                TargetSettings.loader()
                        .load(null, Map.of(), flags("--model.folder=" + TARGET))
                        .value(),
                telemetry("target"));
        router = RouterServer.start(
                RouterSettings.loader()
                        .load(
                                null,
                                Map.of(),
                                flags(
                                        "--tokenizer.target=" + TARGET,
                                        "--draft.channel.target=localhost:" + draft.port(),
                                        "--target.channel.target=localhost:" + target.port()))
                        .value(),
                telemetry("router"));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", router.port())
                .usePlaintext()
                .build();
        try (RouterClient client = RouterArguments.local(router.port()).open()) {
            client.awaitPair(Duration.ofMinutes(2));
        }
    }

    private static List<String> flags(String... own) {
        return Stream.concat(Stream.of("--server.port=0", "--telemetry.log-level=WARN"), Arrays.stream(own))
                .toList();
    }

    private Telemetry telemetry(String service) {
        TelemetrySettings settings = RouterSettings.loader()
                .load(null, Map.of(), flags("--tokenizer.target=" + TARGET))
                .value()
                .telemetry();
        return Telemetry.start(settings, new Telemetry.ServiceIdentity(service, "test"), List.of(spans));
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        router.close();
        target.close();
        draft.close();
    }

    @Test
    void everyStageHangsUnderItsService() throws Exception {
        List<SpanData> trace = trace();
        Map<String, SpanData> byId = trace.stream().collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));

        assertThat(trace.stream().filter(span -> span.getParentSpanId().equals(SpanId.getInvalid())))
                .singleElement()
                .satisfies(root -> assertThat(path(root, byId)).isEqualTo(GENERATE));
        // The target reads its prompt in one stage or two: before its lookahead is here, if that is still on its way.
        assertThat(trace.stream()
                        .filter(TraceTreeTest::isStage)
                        .map(span -> path(span, byId))
                        .distinct())
                .containsExactlyInAnyOrder(
                        GENERATE + " > tokenize",
                        GENERATE + " > select",
                        ofDraft("draft.queue"),
                        ofDraft("draft.prefill"),
                        ofDraft("draft.lookahead"),
                        ofTarget("target.queue"),
                        ofTarget("target.prefill"),
                        ofTarget("target.evict"),
                        ofTarget("target.verify"),
                        ofTarget("target.decode"));
    }

    private static String ofDraft(String stage) {
        return called("speckv.v1.DraftService/Analyse", stage);
    }

    private static String ofTarget(String stage) {
        return called("speckv.v1.TargetService/Generate", stage);
    }

    private static String called(String method, String stage) {
        return String.join(" > ", GENERATE, "call " + method, method, stage);
    }

    private static String path(SpanData span, Map<String, SpanData> byId) {
        String name = span.getKind() == SpanKind.CLIENT ? "call " + span.getName() : span.getName();
        SpanData parent = byId.get(span.getParentSpanId());
        return parent == null ? name : path(parent, byId) + " > " + name;
    }

    @Test
    void theTargetReadsWhileTheDraftGoesOn() throws Exception {
        List<SpanData> trace = trace();
        SpanData read = stages(trace, Stage.TARGET_PREFILL).get(0);
        SpanData lookahead = stages(trace, Stage.DRAFT_LOOKAHEAD).get(0);

        assertThat(read.getStartEpochNanos()).isLessThan(lookahead.getEndEpochNanos());
    }

    /** What else runs on the machine can only lower the share, so the best of some requests counts. */
    @Test
    void theStagesCoverTheRequestsTime() throws Exception {
        double best = 0;
        for (int i = 0; i < ATTEMPTS && best < LEAST_COVERED; i++) {
            best = Math.max(best, covered(trace()));
        }
        assertThat(best).isGreaterThanOrEqualTo(LEAST_COVERED);
    }

    /** Share of the root span that lies in the union of the stages. */
    private static double covered(List<SpanData> trace) {
        SpanData root = root(trace);
        long end = root.getStartEpochNanos();
        long covered = 0;
        List<SpanData> stages = trace.stream()
                .filter(TraceTreeTest::isStage)
                .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
                .toList();
        for (SpanData stage : stages) {
            long until = Math.min(stage.getEndEpochNanos(), root.getEndEpochNanos());
            covered += Math.max(0, until - Math.max(end, stage.getStartEpochNanos()));
            end = Math.max(end, until);
        }
        return covered / (double) (root.getEndEpochNanos() - root.getStartEpochNanos());
    }

    private static List<SpanData> stages(List<SpanData> trace, Stage stage) {
        return trace.stream()
                .filter(span -> span.getName().equals(stage.label()))
                .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
                .toList();
    }

    private static boolean isStage(SpanData span) {
        return Arrays.stream(Stage.values()).anyMatch(stage -> stage.label().equals(span.getName()));
    }

    private static SpanData root(List<SpanData> trace) {
        return trace.stream()
                .filter(span -> span.getParentSpanId().equals(SpanId.getInvalid()))
                .findFirst()
                .orElseThrow();
    }

    /** Sends one request and returns all its spans. */
    private List<SpanData> trace() throws Exception {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setPrompt(
                        Prompt.newBuilder().setText(Files.readString(ROOT.resolve("docs/examples/hidden-number.txt"))))
                .setMethod(MethodSettings.toProto("speckv-pc", CASCADE))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(64).setIgnoreEos(true))
                .build();
        Iterator<GenerateResponse> answer =
                InferenceServiceGrpc.newBlockingStub(channel).generate(request);
        String traceId = answer.next().getStarted().getTraceId();
        answer.forEachRemaining(message -> {});
        // Spans end a moment after the client has everything, the services' calls in no certain order.
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!isWhole(spans.spans(traceId))) {
            assertThat(System.nanoTime()).as("spans are missing").isLessThan(end);
            Thread.sleep(5);
        }
        return spans.spans(traceId);
    }

    /** Whether there is a root and every other span's parent. */
    private static boolean isWhole(List<SpanData> trace) {
        Set<String> known = trace.stream().map(SpanData::getSpanId).collect(Collectors.toSet());
        known.add(SpanId.getInvalid());
        return trace.stream().anyMatch(span -> span.getParentSpanId().equals(SpanId.getInvalid()))
                && trace.stream().allMatch(span -> known.contains(span.getParentSpanId()));
    }
}
