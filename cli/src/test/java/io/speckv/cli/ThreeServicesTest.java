package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.draft.DraftServer;
import io.speckv.draft.DraftSettings;
import io.speckv.engine.GoldenRun;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.RouterServer;
import io.speckv.router.settings.RouterSettings;
import io.speckv.target.TargetServer;
import io.speckv.target.TargetSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden runs through the public API of real services: the same tokens as in one process. */
class ThreeServicesTest {
    private static final int NEW_TOKENS = 12;

    static List<GoldenRun> runs() {
        return GoldenRun.all().stream()
                .collect(Collectors.toMap(GoldenRun::target, run -> run, (first, second) -> first, LinkedHashMap::new))
                .values()
                .stream()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyMethodAnswersAsInOneProcess(GoldenRun run) throws Exception {
        List<String> common = List.of("--server.port=0", "--telemetry.log-level=WARN");
        try (DraftServer draft = DraftServer.start(DraftSettings.loader()
                        .load(
                                null,
                                Map.of(),
                                with(
                                        common,
                                        "--model.dtype=fp32",
                                        "--limits.prompt-tokens=2000",
                                        "--model.folder=" + run.draft()))
                        .value());
                TargetServer target = TargetServer.start(TargetSettings.loader()
                        .load(
                                null,
                                Map.of(),
                                with(
                                        common,
                                        "--model.dtype=fp32",
                                        "--slots.small.count=1",
                                        "--slots.large.count=1",
                                        "--slots.large.tokens=4096",
                                        "--model.folder=" + run.target()))
                        .value());
                RouterServer router = RouterServer.start(RouterSettings.loader()
                        .load(
                                null,
                                Map.of(),
                                with(
                                        common,
                                        "--fallback.policy=fail",
                                        "--drafting.continuing=true",
                                        "--describe-every=200ms",
                                        "--tokenizer.target=" + run.target(),
                                        "--draft.channel.target=localhost:" + draft.port(),
                                        "--target.channel.target=localhost:" + target.port()))
                        .value())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", router.port())
                    .usePlaintext()
                    .build();
            try {
                answersAsGolden(run, InferenceServiceGrpc.newBlockingStub(channel));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static void answersAsGolden(GoldenRun run, InferenceServiceGrpc.InferenceServiceBlockingStub router)
            throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (drafts(router) == 0) {
            assertThat(System.nanoTime()).as("the router knows no draft").isLessThan(end);
            Thread.sleep(50);
        }
        for (boolean goesOn : new boolean[] {false, true}) {
            answersAsGolden(run, router, goesOn);
        }
    }

    private static void answersAsGolden(
            GoldenRun run, InferenceServiceGrpc.InferenceServiceBlockingStub router, boolean goesOn) {
        assertThat(tokens(generate(run, router, "full", Map.of(), goesOn))).isEqualTo(run.greedy());
        GenerateOnceResponse specPc = generate(run, router, "specpc", settings(run, "specpc"), goesOn);
        assertThat(tokens(specPc)).isEqualTo(GoldenRun.ints(run.method("specpc").get("output")));
        assertThat(specPc.getFinished().getCompression().getKeptPositionsList())
                .isEqualTo(Arrays.stream(GoldenRun.ints(run.method("specpc").get("kept")))
                        .boxed()
                        .toList());
        assertThat(tokens(generate(run, router, "speckv", settings(run, "speckv"), goesOn)))
                .isEqualTo(GoldenRun.ints(run.method("speckv").get("output")));
        Map<String, Object> cascade = Map.of("specpc", settings(run, "specpc"), "speckv", settings(run, "speckv"));
        assertThat(tokens(generate(run, router, "speckv-pc", cascade, goesOn)))
                .isEqualTo(GoldenRun.ints(run.method("speckvpc").get("output")));
    }

    private static int drafts(InferenceServiceGrpc.InferenceServiceBlockingStub router) {
        try {
            return router.describe(DescribeRequest.getDefaultInstance()).getDraftsCount();
        } catch (StatusRuntimeException e) {
            return 0;
        }
    }

    private static GenerateOnceResponse generate(
            GoldenRun run,
            InferenceServiceGrpc.InferenceServiceBlockingStub router,
            String method,
            Map<String, Object> settings,
            boolean goesOn) {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setTokenIds(TokenIds.newBuilder()
                                .addAllIds(Arrays.stream(run.prompt()).boxed().toList())))
                .setMethod(MethodSettings.toProto(method, settings).toBuilder().setVerifyLookahead(false))
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(NEW_TOKENS)
                        .setIgnoreEos(true))
                .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                .setContinueDrafting(goesOn)
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .build();
        return router.generateOnce(
                GenerateOnceRequest.newBuilder().setRequest(request).build());
    }

    private static Map<String, Object> settings(GoldenRun run, String method) {
        return new ObjectMapper().convertValue(run.method(method).get("config"), new TypeReference<>() {});
    }

    private static int[] tokens(GenerateOnceResponse answer) {
        return answer.getAnswer().getTokenIdsList().stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static List<String> with(List<String> flags, String... more) {
        return Stream.concat(flags.stream(), Arrays.stream(more)).toList();
    }
}
