package io.speckv.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GenerateMessagesTest {
    private static final TargetServiceGenerateRequest START = TargetServiceGenerateRequest.newBuilder()
            .setStart(GenerationStart.newBuilder().setRequestId("one"))
            .build();
    private static final TargetServiceGenerateRequest LOOKAHEAD = TargetServiceGenerateRequest.newBuilder()
            .setLookahead(LookaheadTokens.newBuilder().addTokenIds(7))
            .build();

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = DaemonTimer.start("test-timer");
    private final OpenStreams streams = new OpenStreams();
    private LoopbackServer server;

    @BeforeEach
    void serve() throws IOException {
        server = LoopbackServer.serving(new TargetServiceGrpc.TargetServiceImplBase() {
            @Override
            public StreamObserver<TargetServiceGenerateRequest> generate(
                    StreamObserver<TargetServiceGenerateResponse> observer) {
                return new GenerateMessages(GenerateMessagesTest.this::begin)
                        .open(
                                (ServerCallStreamObserver<TargetServiceGenerateResponse>) observer,
                                new OutboxLimits(8, Duration.ofMinutes(1)),
                                streams,
                                timer);
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        timer.shutdownNow();
    }

    private GenerateMessages.Answering begin(
            GenerationStart start, StreamWriter<TargetServiceGenerateResponse> writer) {
        told.add("begin " + start.getRequestId());
        if (start.getRequestId().equals("refused")) {
            throw RequestException.of(FailureCode.QUEUE_FULL, "no room");
        }
        return new GenerateMessages.Answering() {
            @Override
            public void take(LookaheadTokens lookahead) {
                told.add("take " + lookahead.getTokenIdsList());
            }

            @Override
            public void complete() {
                told.add("complete");
                writer.finish();
            }

            @Override
            public void leave() {
                told.add("leave");
            }
        };
    }

    /** One call: what is sent, and how it ends. */
    private final class Call implements StreamObserver<TargetServiceGenerateResponse> {
        private final ClientCallStreamObserver<TargetServiceGenerateRequest> requests =
                (ClientCallStreamObserver<TargetServiceGenerateRequest>)
                        TargetServiceGrpc.newStub(server.channel().channel()).generate(this);
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        Call send(TargetServiceGenerateRequest... messages) {
            List.of(messages).forEach(requests::onNext);
            return this;
        }

        RemoteFailure failure() throws Exception {
            Throwable thrown = end.handle((ended, failure) -> failure).get(10, TimeUnit.SECONDS);
            return RemoteFailure.of(thrown).orElseThrow(() -> new AssertionError("ended otherwise", thrown));
        }

        @Override
        public void onNext(TargetServiceGenerateResponse message) {}

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }
    }

    private String next() throws InterruptedException {
        String next = told.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void whatFollowsTheStartReachesWhatItBegan() throws Exception {
        Call call = new Call().send(START, LOOKAHEAD);
        call.requests.onCompleted();
        call.end.get(10, TimeUnit.SECONDS);

        assertThat(List.of(next(), next(), next(), next()))
                .containsExactly("begin one", "take [7]", "complete", "leave");
    }

    @Test
    void theStartIsTheFirstMessageAndOnlyTheFirst() throws Exception {
        assertThat(new Call().send(LOOKAHEAD).failure().fields()).containsExactly("lookahead");
        assertThat(new Call().send(START, START).failure().fields()).containsExactly("start");
        assertThat(new Call()
                        .send(TargetServiceGenerateRequest.getDefaultInstance())
                        .failure()
                        .fields())
                .containsExactly("message");
    }

    @Test
    void aCallThatNeverStartsIsToldSo() throws Exception {
        Call call = new Call();
        call.requests.onCompleted();

        assertThat(call.failure().fields()).containsExactly("start");
    }

    @Test
    void whoGoesAwayLeaves() throws Exception {
        Call call = new Call().send(START);
        assertThat(next()).isEqualTo("begin one");
        call.requests.cancel("gone", null);

        assertThat(next()).isEqualTo("leave");
    }

    @Test
    void whatIsNotBegunIsNotLeft() throws Exception {
        TargetServiceGenerateRequest refused = TargetServiceGenerateRequest.newBuilder()
                .setStart(GenerationStart.newBuilder().setRequestId("refused"))
                .build();

        assertThat(new Call().send(refused).failure().code()).contains(FailureCode.QUEUE_FULL);
        assertThat(told).containsExactly("begin refused");
    }
}
