package io.speckv.bench.serving;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenUsage;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** A target that answers any prompt after a fixed time, and then sends tokens as fast as they are read. */
final class FixedTimeTarget extends TargetServiceGrpc.TargetServiceImplBase {
    /** Answers of this length stop after their first token until {@link #release}. */
    static final int HELD_TOKENS = 7;

    private final ModelDescription model;
    private final Duration prefill;
    private final Executor threads;
    private final Queue<HeldAnswer> held = new ConcurrentLinkedQueue<>();

    FixedTimeTarget(ModelDescription model, Duration prefill, Executor threads) {
        this.model = model;
        this.prefill = prefill;
        this.threads = threads;
    }

    /** Returns the number of streams that wait after their first token. */
    int held() {
        return held.size();
    }

    /** Lets all held streams end. */
    void release() {
        for (HeldAnswer answer = held.poll(); answer != null; answer = held.poll()) {
            answer.resume();
        }
    }

    @Override
    public void describe(TargetServiceDescribeRequest request, StreamObserver<TargetServiceDescribeResponse> observer) {
        observer.onNext(
                TargetServiceDescribeResponse.newBuilder().setModel(model).build());
        observer.onCompleted();
    }

    @Override
    public StreamObserver<TargetServiceGenerateRequest> generate(
            StreamObserver<TargetServiceGenerateResponse> observer) {
        var call = (ServerCallStreamObserver<TargetServiceGenerateResponse>) observer;
        HeldAnswer answer = new HeldAnswer(call);
        call.setOnReadyHandler(answer::write);
        return new StreamObserver<>() {
            @Override
            public void onNext(TargetServiceGenerateRequest message) {
                if (message.hasStart()) {
                    int tokens = message.getStart().getSampling().getMaxNewTokens();
                    var unused = EngineTimes.after(prefill, threads, () -> answer.begin(tokens))
                            .exceptionally(failure -> {
                                observer.onError(failure);
                                return null;
                            });
                }
            }

            @Override
            public void onError(Throwable failure) {
                answer.cancel();
            }

            @Override
            public void onCompleted() {}
        };
    }

    /** One answer, written only as fast as the reader takes it. */
    private final class HeldAnswer {
        private final ServerCallStreamObserver<TargetServiceGenerateResponse> call;
        private int tokens;
        private int written;
        private boolean waiting;
        private boolean ended;

        HeldAnswer(ServerCallStreamObserver<TargetServiceGenerateResponse> call) {
            this.call = call;
        }

        synchronized void begin(int count) {
            tokens = count;
            write();
        }

        synchronized void resume() {
            waiting = false;
            write();
        }

        synchronized void cancel() {
            ended = true;
            held.remove(this);
        }

        synchronized void write() {
            while (written < tokens && !waiting && !ended && call.isReady()) {
                call.onNext(delta(written++));
                if (tokens == HELD_TOKENS && written == 1) {
                    waiting = true;
                    held.add(this);
                }
            }
            if (tokens > 0 && written == tokens && !ended) {
                ended = true;
                call.onNext(finished(tokens));
                call.onCompleted();
            }
        }
    }

    private static TargetServiceGenerateResponse delta(int index) {
        return TargetServiceGenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder()
                        .setFirstIndex(index)
                        .addTokenIds(index % 250)
                        .setText("word "))
                .build();
    }

    private static TargetServiceGenerateResponse finished(int tokens) {
        return TargetServiceGenerateResponse.newBuilder()
                .setFinished(GenerationFinished.newBuilder()
                        .setFinishReason(FinishReason.FINISH_REASON_MAX_NEW_TOKENS)
                        .setUsage(TokenUsage.newBuilder().setGeneratedTokenCount(tokens)))
                .build();
    }
}
