package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.HealthWatch;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients that go away or read slowly, and a router that stops. */
class StreamsTest {
    private static final int STREAMS = 1000;

    @Test
    void aThousandCancelledStreamsLeaveNothingOpen() {
        try (RouterRig rig = RouterRig.start()) {
            rig.draft.script = (request, observer) -> {
                if (request.getRequestId().hashCode() % 2 == 0) {
                    observer.onNext(FakeDraft.scores(40));
                }
            };
            Context.CancellableContext clients = Context.current().withCancellation();
            clients.run(() -> {
                for (int i = 0; i < STREAMS; i++) {
                    InferenceServiceGrpc.newStub(rig.channel)
                            .generate(
                                    RouterRig.request("specpc")
                                            .setRequestId("c" + i)
                                            .build(),
                                    new Reader());
                }
            });
            RouterRig.await(() -> rig.draft.open.get() > STREAMS * 9 / 10, "the draft has few calls");
            clients.cancel(null);

            RouterRig.await(
                    () -> rig.draft.open.get() == 0 && rig.target.open.get() == 0 && rig.router.running() == 0,
                    "calls are open");
        }
    }

    @Test
    void aSlowReaderSlowsItsOwnStreamOnly() throws Exception {
        try (RouterRig rig = RouterRig.start("--streams.shared-outbox=0B")) {
            AtomicInteger sent = new AtomicInteger();
            String text = "x".repeat(10_000);
            rig.target.script = (call, observer) -> {
                if (!call.start().getRequestId().equals("slow")) {
                    FakeTarget.answer(call, observer);
                    return;
                }
                rig.target.onReady = () -> send(call, observer, sent, text);
                send(call, observer, sent, text);
            };
            Reader slow = new Reader(false);
            InferenceServiceGrpc.newStub(rig.channel)
                    .generate(long1000().setRequestId("slow").build(), slow);
            RouterRig.await(() -> sent.get() > 0, "nothing is sent");
            Thread.sleep(300);

            assertThat(sent.get()).isLessThan(200);
            assertThat(rig.once(RouterRig.request("full").build()).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
            slow.read(Integer.MAX_VALUE);
            slow.end.get(60, TimeUnit.SECONDS);
            assertThat(slow.messages.get()).isEqualTo(1002);
        }
    }

    /** The slot is the scarce thing: no client's pace holds it, as long as there is memory for what it has not read. */
    @Test
    void readersThatReadNothingHoldNoTarget() throws Exception {
        try (RouterRig rig = RouterRig.start("--streams.slow-consumer-timeout=10m")) {
            List<Reader> slow = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Reader reader = new Reader(false);
                slow.add(reader);
                InferenceServiceGrpc.newStub(rig.channel).generate(long1000().build(), reader);
            }
            RouterRig.await(
                    () -> rig.target.calls.size() >= 64 && rig.target.open.get() == 0, "a target waits for a client");

            assertThat(slow).allSatisfy(reader -> assertThat(reader.messages).hasValue(0));
            assertThat(rig.once(RouterRig.request("full").build()).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
            slow.forEach(reader -> reader.read(Integer.MAX_VALUE));
            for (Reader reader : slow) {
                reader.end.get(60, TimeUnit.SECONDS);
                assertThat(reader.messages).hasValue(1002);
            }
        }
    }

    private static void send(
            FakeTarget.Call call,
            ServerCallStreamObserver<TargetServiceGenerateResponse> observer,
            AtomicInteger sent,
            String text) {
        // Any call's readiness comes here, on a thread of its own.
        synchronized (sent) {
            while (observer.isReady() && sent.get() < 1000) {
                var message = FakeTarget.delta(sent.getAndIncrement()).toBuilder();
                message.getDeltaBuilder().setText(text);
                observer.onNext(message.build());
            }
            if (sent.compareAndSet(1000, 1001)) {
                observer.onNext(FakeTarget.finished(call, 1000));
                observer.onCompleted();
            }
        }
    }

    private static GenerateRequest.Builder long1000() {
        GenerateRequest.Builder request = RouterRig.request("full");
        request.getSamplingBuilder().setMaxNewTokens(1000);
        return request;
    }

    @Test
    void aReaderThatNeverReadsLosesItsStream() throws Exception {
        try (RouterRig rig = RouterRig.start("--streams.slow-consumer-timeout=300ms", "--streams.outbox-messages=2")) {
            AtomicInteger sent = new AtomicInteger();
            rig.target.script = (call, observer) -> {
                rig.target.onReady = () -> send(call, observer, sent, "x".repeat(10_000));
                send(call, observer, sent, "x".repeat(10_000));
            };
            Reader slow = new Reader(false);
            InferenceServiceGrpc.newStub(rig.channel).generate(long1000().build(), slow);
            RouterRig.await(() -> rig.router.running() == 0 && sent.get() > 0, "the stream still runs");
            slow.read(Integer.MAX_VALUE);
            RouterRig.await(slow.end::isCompletedExceptionally, "the stream has not failed");
            Throwable thrown = slow.end.handle((unused, failure) -> failure).get();

            assertThat(RemoteFailure.of(thrown).orElseThrow().code()).contains(FailureCode.SLOW_CONSUMER);
        }
    }

    @Test
    void aStoppingRouterLetsRunningAnswersEnd() throws Exception {
        try (RouterRig rig = RouterRig.start()) {
            CompletableFuture<Runnable> goOn = new CompletableFuture<>();
            rig.target.script = (call, observer) -> {
                observer.onNext(FakeTarget.delta(0));
                goOn.complete(() -> {
                    observer.onNext(FakeTarget.finished(call, 1));
                    observer.onCompleted();
                });
            };
            Reader reader = new Reader();
            InferenceServiceGrpc.newStub(rig.channel)
                    .generate(RouterRig.request("full").build(), reader);
            RouterRig.await(() -> reader.messages.get() == 2, "no token came");
            CompletableFuture<ExitCode> stopped;
            try (HealthWatch health = HealthWatch.serving(rig.channel, InferenceServiceGrpc.SERVICE_NAME)) {
                stopped = RouterRig.async(rig.router.process()::stop);
                health.await(ServingStatus.NOT_SERVING);
            }
            assertThat(stopped).isNotDone();
            goOn.get(60, TimeUnit.SECONDS).run();

            assertThat(stopped.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
            reader.end.get(60, TimeUnit.SECONDS);
            assertThat(reader.messages.get()).isEqualTo(3);
        }
    }

    /** Counts messages; reads by itself or only when told. */
    private static final class Reader implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
        final AtomicInteger messages = new AtomicInteger();
        final CompletableFuture<Status> end = new CompletableFuture<>();
        private final boolean reads;
        private @Nullable ClientCallStreamObserver<GenerateRequest> call;

        Reader() {
            this(true);
        }

        Reader(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<GenerateRequest> requests) {
            call = requests;
            if (!reads) {
                requests.disableAutoRequestWithInitial(0);
            }
        }

        void read(int count) {
            if (call != null) {
                call.request(count);
            }
        }

        @Override
        public void onNext(GenerateResponse message) {
            messages.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
