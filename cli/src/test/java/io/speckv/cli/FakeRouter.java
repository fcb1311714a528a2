package io.speckv.cli;

import com.google.protobuf.util.Durations;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.ServedPool;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenIds;
import io.speckv.proto.v1.TokenSpans;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A router that knows its answers beforehand, as a real server on loopback. It remembers what it was asked. */
public final class FakeRouter extends InferenceServiceGrpc.InferenceServiceImplBase implements AutoCloseable {
    static final GenerateFinished FINISHED = GenerateFinished.newBuilder()
            .setUsage(TokenUsage.newBuilder()
                    .setPromptTokenCount(200)
                    .setKeptTokenCount(20)
                    .setGeneratedTokenCount(2))
            .setCompression(CompressionReport.newBuilder().setAppliedMethod("speckv-pc"))
            .addTimings(timing(Stage.STAGE_TOKENIZE, 0, 2))
            .addTimings(timing(Stage.STAGE_TARGET_PREFILL, 2, 48))
            .addTimings(timing(Stage.STAGE_TARGET_DECODE, 50, 10))
            .build();

    private static final DescribeResponse SERVED = DescribeResponse.newBuilder()
            .addTargets(ModelDescription.newBuilder()
                    .setName("big")
                    .setFamily("qwen2")
                    .setDtype("bf16")
                    .setWeightsFormat("gptq, 4 bits, groups of 128")
                    .setDevice("gpu:0")
                    .setKvBytesPerToken(12_288))
            .setDefaultModel("big")
            .addModels(ServedModel.newBuilder()
                    .setName("big")
                    .addAliases("house")
                    .setReady(true)
                    .setDefaultMethod("speckv-pc")
                    .setCompressFrom(2048))
            .addModels(ServedModel.newBuilder()
                    .setName("huge")
                    .setNotReadyReason("no target can be reached")
                    .addPools(ServedPool.newBuilder()
                            .setName("stable")
                            .setWeight(9)
                            .setReady(true))
                    .addPools(ServedPool.newBuilder()
                            .setName("canary")
                            .setWeight(1)
                            .setNotReadyReason("no target can be reached"))
                    .setDefaultMethod("specpc"))
            .setDefaultMethod("speckv-pc")
            .setDefaultFallback(FallbackPolicy.FALLBACK_POLICY_SNAPKV)
            .addMethods(MethodDescription.newBuilder()
                    .setName("specpc")
                    .setSummary("Keeps the prompt tokens that the draft's attention finds important, and those"
                            + " around them, up to a budget.")
                    .setNeedsDraft(true))
            .addMethods(MethodDescription.newBuilder()
                    .setName("corrected-speckv")
                    .setSummary("SpecKV, or LAQ++ from where the target finds the lookahead wrong.")
                    .setNeedsDraft(true))
            .build();

    private final List<GenerateRequest> asked = new CopyOnWriteArrayList<>();
    private final Server server;
    private final @Nullable RuntimeException failure;

    private final GenerateFinished finished;
    private final DescribeResponse served;

    private FakeRouter(@Nullable RuntimeException failure, GenerateFinished finished, DescribeResponse served) {
        this.failure = failure;
        this.finished = finished;
        this.served = served;
        try {
            server = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            InsecureServerCredentials.create())
                    .addService(this)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static FakeRouter answering() {
        return new FakeRouter(null, FINISHED, SERVED);
    }

    /** Returns a router that sends "one" and then fails. */
    public static FakeRouter failing(RuntimeException failure) {
        return new FakeRouter(failure, FINISHED, SERVED);
    }

    /** Returns a router whose answers end as {@code finished} says. */
    public static FakeRouter finishing(GenerateFinished finished) {
        return new FakeRouter(null, finished, SERVED);
    }

    /** Returns a router that says that it serves this. */
    public static FakeRouter describing(DescribeResponse served) {
        return new FakeRouter(null, FINISHED, served);
    }

    /** Returns what it was asked, the first question first. */
    public List<GenerateRequest> asked() {
        return asked;
    }

    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    private static StageTiming timing(Stage stage, long start, long millis) {
        return StageTiming.newBuilder()
                .setStage(stage)
                .setStartOffset(Durations.fromMillis(start))
                .setElapsed(Durations.fromMillis(millis))
                .setTokenCount(20)
                .build();
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        asked.add(request);
        observer.onNext(GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder().setText("one"))
                .build());
        if (failure != null) {
            observer.onError(failure);
            return;
        }
        observer.onNext(GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder().setText(" two"))
                .build());
        observer.onNext(GenerateResponse.newBuilder().setFinished(finished).build());
        observer.onCompleted();
    }

    @Override
    public void generateOnce(GenerateOnceRequest request, StreamObserver<GenerateOnceResponse> observer) {
        asked.add(request.getRequest());
        observer.onNext(GenerateOnceResponse.newBuilder()
                .setAnswer(TokenDelta.newBuilder().setText("one two"))
                .setFinished(finished)
                .build());
        observer.onCompleted();
    }

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> observer) {
        observer.onNext(TokenizeResponse.newBuilder()
                .setText("a\ud83d\ude00\n")
                .setTokens(TokenIds.newBuilder().addIds(7).addIds(300).addIds(9))
                .setSpans(TokenSpans.newBuilder().addAllStarts(List.of(0, 1, 2)).addAllEnds(List.of(1, 2, 3)))
                .build());
        observer.onCompleted();
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        observer.onNext(ExplainResponse.newBuilder()
                .setText("keep drop drop keep")
                .setSpans(TokenSpans.newBuilder()
                        .addAllStarts(List.of(0, 4, 9, 14))
                        .addAllEnds(List.of(4, 9, 14, 19)))
                .addAllScores(List.of(0.9f, 0.1f, 0.2f, 0.8f))
                .addAllKept(List.of(true, false, false, true))
                .setCompression(CompressionReport.newBuilder().setAppliedMethod("specpc"))
                .build());
        observer.onCompleted();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(served);
        observer.onCompleted();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
