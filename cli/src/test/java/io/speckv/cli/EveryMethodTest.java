package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.TinyClassifier;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
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
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.serving.PromptClassifier;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Tokenizer;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method on a golden prompt, its lookahead verified: three services keep and answer what one process does. */
@ResourceLock(Resources.SYSTEM_ERR) // its services log
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryMethodTest {
    private static final int NEW_TOKENS = 12;
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    private ServiceTrio trio;
    private ManagedChannel channel;
    private DecoderModel target;
    private DecoderModel draft;
    private PromptClassifier classifier;
    private Tokenizer tokenizer;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path classifierFolder = TinyClassifier.BERT.write(folder.resolve("classifier"));
        List<String> common = List.of("--server.port=0", "--telemetry.log-level=WARN");
        trio = ServiceTrio.start(new ServiceTrio.Plan(
                RUN.draft(),
                RUN.target(),
                with(
                        common,
                        "--model.dtype=fp32",
                        "--limits.prompt-tokens=2000",
                        "--classifier.folder=" + classifierFolder),
                with(common, "--model.dtype=fp32", "--slots.large.tokens=4096"),
                with(
                        common,
                        "--fallback.policy=fail",
                        "--drafting.time-limit=60s",
                        "--drafting.lookahead-wait=60s",
                        "--drafting.continuing=true",
                        "--describe-every=200ms")));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", trio.routerPort())
                .usePlaintext()
                .build();
        target = DecoderModel.open(RUN.target(), FP32);
        draft = DecoderModel.open(RUN.draft(), FP32);
        classifier = PromptClassifier.open(classifierFolder, FP32);
        tokenizer = Tokenizer.open(RUN.target());
    }

    private static List<String> with(List<String> flags, String... more) {
        return Stream.concat(flags.stream(), Arrays.stream(more)).toList();
    }

    @AfterAll
    void close() {
        channel.shutdownNow();
        trio.close();
        List.of(target, draft).forEach(DecoderModel::close);
        classifier.close();
        tokenizer.close();
    }

    /** Budgets below the golden prompt's length, by each method's own keys. */
    private static Map<String, Object> settings(String name) {
        Map<String, Object> tokens = Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 4);
        Map<String, Object> pairs = Map.of("max_capacity_prompt", 40, "window_size", 8, "kernel_size", 3);
        return switch (name) {
            case "full" -> Map.of();
            case "specpc" -> tokens;
            case "speckv", "ada-speckv", "corrected-speckv" -> pairs;
            case "speckv-pc" -> Map.of("specpc", tokens, "speckv", pairs);
            case "snapkv", "pyramidkv", "ada-snapkv", "random" -> Map.of("max_capacity_prompt", 40, "window_size", 8);
            case "specprefill" -> Map.of("keep_rate", 0.5);
            case "llmlingua2" -> Map.of("max_capacity_prompt", 64, "chunk_size", 128);
            default -> Map.of("max_capacity_prompt", 40);
        };
    }

    @ParameterizedTest
    @MethodSource("io.speckv.selection.method.Methods#names")
    void theServicesAnswerAsOneProcess(String name) throws InterruptedException {
        Method method = Methods.of(name, settings(name));
        Cascade.Result alone = new Cascade(target, draft, this::classify)
                .run(
                        Cascade.Request.of(RUN.prompt(), method, NEW_TOKENS, Set.of()),
                        (logits, generated) -> Greedy.token(logits),
                        token -> true,
                        YieldPoint.NONE);
        for (boolean speculates : new boolean[] {false, true}) {
            GenerateOnceResponse served = served(name, speculates);

            assertThat(served.getAnswer().getTokenIdsList()).containsExactlyElementsOf(boxed(alone.output()));
            var compression = served.getFinished().getCompression();
            assertThat(compression.getAppliedMethod()).isEqualTo(name);
            assertThat(compression.getKeptPositionsList()).containsExactlyElementsOf(boxed(alone.kept()));
            assertThat(compression.getKv().getFullBytes())
                    .isEqualTo(alone.kvBytes().full());
        }
    }

    private float[] classify(int[] prompt, YieldPoint yieldPoint) {
        return classifier.scores(DecodedTokens.of(tokenizer, prompt), yieldPoint);
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private GenerateOnceResponse served(String method, boolean speculates) throws InterruptedException {
        var router = InferenceServiceGrpc.newBlockingStub(channel);
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!knowsTheDraft(router)) {
            assertThat(System.nanoTime()).as("the router knows no draft").isLessThan(end);
            Thread.sleep(50);
        }
        GenerateRequest request = GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setTokenIds(TokenIds.newBuilder().addAllIds(boxed(RUN.prompt()))))
                .setMethod(MethodSettings.toProto(method, settings(method)))
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(NEW_TOKENS)
                        .setIgnoreEos(true))
                .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                .setContinueDrafting(speculates)
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .build();
        return router.generateOnce(
                GenerateOnceRequest.newBuilder().setRequest(request).build());
    }

    private static boolean knowsTheDraft(InferenceServiceGrpc.InferenceServiceBlockingStub router) {
        try {
            return router.describe(DescribeRequest.getDefaultInstance()).getDraftsCount() > 0;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }
}
