package io.speckv.router;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenUsage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A target whose answer a test scripts. Its own script answers "0 1 2 ..." once the request side is closed. */
final class FakeTarget extends TargetServiceGrpc.TargetServiceImplBase {
    /** What a call brought by the time it is answered. */
    record Call(GenerationStart start, List<Integer> lookahead) {}

    /** What answers one call. */
    interface Script extends BiConsumer<Call, ServerCallStreamObserver<TargetServiceGenerateResponse>> {}

    final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    final AtomicInteger open = new AtomicInteger();
    volatile int maxLookaheadTokens = 18;
    volatile int maxPromptTokens = 200;
    /** What it says of its abilities; null says nothing, as targets do that have all. */
    volatile @Nullable TargetAbilities abilities;

    volatile Script script = FakeTarget::answer;
    /** Runs as soon as the start is here, before any lookahead. */
    volatile Script onStart = (call, observer) -> {};

    /** Runs whenever the transport takes more of an answer. */
    volatile Runnable onReady = () -> {};

    /** Of what it has loaded. */
    volatile String weights = "fake-weights";

    private final String fingerprint;

    FakeTarget(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    @Override
    public void describe(TargetServiceDescribeRequest request, StreamObserver<TargetServiceDescribeResponse> observer) {
        TargetServiceDescribeResponse.Builder described = TargetServiceDescribeResponse.newBuilder()
                .setModel(ModelDescription.newBuilder()
                        .setName("fake-target")
                        .setVocabSize(256)
                        .setTokenizerFingerprint(fingerprint)
                        .setWeightsFingerprint(weights)
                        .setMaxPromptTokenCount(maxPromptTokens)
                        .setMaxNewTokenCount(5000))
                .setMaxLookaheadTokenCount(maxLookaheadTokens);
        TargetAbilities some = abilities;
        if (some != null) {
            described.setAbilities(some);
        }
        observer.onNext(described.build());
        observer.onCompleted();
    }

    @Override
    public StreamObserver<TargetServiceGenerateRequest> generate(
            StreamObserver<TargetServiceGenerateResponse> observer) {
        open.incrementAndGet();
        var response = (ServerCallStreamObserver<TargetServiceGenerateResponse>) observer;
        response.setOnCancelHandler(open::decrementAndGet);
        response.setOnCloseHandler(open::decrementAndGet);
        response.setOnReadyHandler(() -> onReady.run());
        return new StreamObserver<>() {
            private final List<Integer> lookahead = new CopyOnWriteArrayList<>();
            private @Nullable Call call;

            @Override
            public void onNext(TargetServiceGenerateRequest message) {
                lookahead.addAll(message.getStart().getLookahead().getTokenIdsList());
                lookahead.addAll(message.getLookahead().getTokenIdsList());
                if (message.hasStart()) {
                    Call started = new Call(message.getStart(), lookahead);
                    call = started;
                    calls.add(started);
                    onStart.accept(started, response);
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                if (call != null) {
                    script.accept(call, response);
                }
            }
        };
    }

    static void answer(Call call, StreamObserver<TargetServiceGenerateResponse> observer) {
        int tokens = call.start().getSampling().getMaxNewTokens();
        for (int i = 0; i < tokens; i++) {
            observer.onNext(delta(i));
        }
        observer.onNext(finished(call, tokens));
        observer.onCompleted();
    }

    static TargetServiceGenerateResponse delta(int index) {
        return delta(index, index % 256);
    }

    static TargetServiceGenerateResponse delta(int index, int token) {
        return TargetServiceGenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder()
                        .setFirstIndex(index)
                        .addTokenIds(token)
                        .setText(index + " "))
                .build();
    }

    static TargetServiceGenerateResponse finished(Call call, int tokens) {
        return TargetServiceGenerateResponse.newBuilder()
                .setFinished(GenerationFinished.newBuilder()
                        .setFinishReason(
                                tokens == call.start().getSampling().getMaxNewTokens()
                                        ? FinishReason.FINISH_REASON_MAX_NEW_TOKENS
                                        : FinishReason.FINISH_REASON_END_OF_TEXT)
                        .setUsage(TokenUsage.newBuilder().setGeneratedTokenCount(tokens))
                        .setLookahead(LookaheadUsage.newBuilder()
                                .setReceivedTokenCount(call.lookahead().size())))
                .build();
    }
}
