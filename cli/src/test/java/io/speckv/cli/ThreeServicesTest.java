package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.engine.GoldenRun;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.trio.ServiceTrio;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden runs through the public API of real services: the same tokens as in one process. */
@ResourceLock(Resources.SYSTEM_ERR) // its services log
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
        ServiceTrio.Plan plan = new ServiceTrio.Plan(
                run.draft(),
                run.target(),
                with(common, "--model.dtype=fp32", "--limits.prompt-tokens=2000"),
                with(
                        common,
                        "--model.dtype=fp32",
                        "--slots.small.count=1",
                        "--slots.large.count=1",
                        "--slots.large.tokens=4096"),
                with(common, "--fallback.policy=fail", "--drafting.continuing=true", "--describe-every=200ms"));
        try (ServiceTrio trio = ServiceTrio.start(plan)) {
            trio.awaitPair(Duration.ofMinutes(1));
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", trio.routerPort())
                    .usePlaintext()
                    .build();
            try {
                for (boolean goesOn : new boolean[] {false, true}) {
                    answersAsGolden(run, InferenceServiceGrpc.newBlockingStub(channel), goesOn);
                }
            } finally {
                channel.shutdownNow();
            }
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
