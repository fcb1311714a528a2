package io.speckv.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
    private static final int OUTBOX = 8;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<StreamWriter<GenerateResponse>> opened = new LinkedBlockingQueue<>();
    private final AtomicInteger closes = new AtomicInteger();

    @AfterEach
    void stopTheTimer() {
        timer.shutdownNow();
    }

    private LoopbackServer server(Duration slowConsumerTimeout) throws IOException {
        OutboxLimits limits = new OutboxLimits(OUTBOX, slowConsumerTimeout);
        return LoopbackServer.serving(new ScriptedInference(
                observer -> opened.add(StreamWriter.open(observer, limits, timer, closes::incrementAndGet))));
    }

    private StreamWriter<GenerateResponse> nextWriter() throws InterruptedException {
        StreamWriter<GenerateResponse> writer = opened.poll(10, TimeUnit.SECONDS);
        assertThat(writer).isNotNull();
        return writer;
    }

    private static GenerateResponse message(int index, int bytes) {
        return GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder()
                        .setFirstIndex(index)
                        .setTextBytes(ByteString.copyFromUtf8("x".repeat(bytes))))
                .build();
    }

    /** A client that reads only when told to. */
    private static final class Reader extends ClientCall.Listener<GenerateResponse> {
        final ClientCall<GenerateRequest, GenerateResponse> call;
        final List<Integer> received = new ArrayList<>();
        final CompletableFuture<Status> status = new CompletableFuture<>();
        final CompletableFuture<Metadata> trailers = new CompletableFuture<>();

        Reader(LoopbackServer server) {
            call = server.channel().channel().newCall(InferenceServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.sendMessage(GenerateRequest.getDefaultInstance());
            call.halfClose();
        }

        @Override
        public synchronized void onMessage(GenerateResponse message) {
            received.add(message.getDelta().getFirstIndex());
        }

        @Override
        public void onClose(Status closed, Metadata with) {
            trailers.complete(with);
            status.complete(closed);
        }

        synchronized List<Integer> received() {
            return List.copyOf(received);
        }

        Status awaitStatus() throws InterruptedException, ExecutionException, TimeoutException {
            return status.get(10, TimeUnit.SECONDS);
        }
    }

    /** Sends until there was no room for 300 ms: the transport's own buffers fill a little later than the outbox. */
    private static int fill(StreamWriter<GenerateResponse> writer, int bytes) {
        int sent = 0;
        long pausedSince = System.nanoTime();
        while (sent < 10_000 && System.nanoTime() - pausedSince < 300_000_000) {
            if (writer.hasRoom()) {
                var unused = writer.send(message(sent, bytes));
                sent++;
                pausedSince = System.nanoTime();
            }
        }
        return sent;
    }

    private void awaitClose() throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (closes.get() == 0 && System.nanoTime() < until) {
            Thread.sleep(5);
        }
        assertThat(closes).hasValue(1);
    }

    @Test
    void deliversInOrderAndClosesOnce() throws Exception {
        try (LoopbackServer server = server(Duration.ofSeconds(10))) {
            Reader reader = new Reader(server);
            reader.call.request(100);
            StreamWriter<GenerateResponse> writer = nextWriter();
            for (int i = 0; i < 5; i++) {
                assertThat(writer.send(message(i, 1))).isTrue();
            }
            writer.finish();

            assertThat(reader.awaitStatus().isOk()).isTrue();
            assertThat(reader.received()).containsExactly(0, 1, 2, 3, 4);
            assertThat(closes).hasValue(1);
            assertThat(writer.send(message(9, 1))).isFalse();
            assertThat(writer.isOver()).isTrue();
        }
    }

    @Test
    void saysToPauseWhenTheClientDoesNotRead() throws Exception {
        try (LoopbackServer server = server(Duration.ofMinutes(1))) {
            Reader slow = new Reader(server);
            StreamWriter<GenerateResponse> writer = nextWriter();

            int taken = fill(writer, 64 << 10);

            // One connection window of 1 MiB, gRPC's 32 KiB threshold and the outbox: not one message more.
            assertThat(taken).isBetween(OUTBOX, OUTBOX + 40);
            assertThat(writer.hasRoom()).isFalse();
            CompletableFuture<Boolean> room = new CompletableFuture<>();
            writer.onRoom(() -> room.complete(writer.hasRoom()));
            slow.call.request(taken);
            assertThat(room.get(10, TimeUnit.SECONDS)).isTrue();
            writer.finish();
            assertThat(slow.awaitStatus().isOk()).isTrue();
            assertThat(slow.received()).hasSize(taken).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void takesWhatWasOnItsWayToAPausedProducerAndNoMore() throws Exception {
        try (LoopbackServer server = server(Duration.ofMinutes(1))) {
            Reader slow = new Reader(server);
            StreamWriter<GenerateResponse> writer = nextWriter();
            int taken = fill(writer, 64 << 10);
            int late = 0;
            while (late < 16) {
                assertThat(writer.send(message(taken + late, 64 << 10))).isFalse();
                late++;
            }
            assertThatThrownBy(() -> writer.send(message(0, 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("told to pause after " + OUTBOX);

            slow.call.request(taken + late);
            writer.finish();

            assertThat(slow.awaitStatus().isOk()).isTrue();
            assertThat(slow.received()).hasSize(taken + late).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void stallsOnlyTheSlowReadersStream() throws Exception {
        try (LoopbackServer server = server(Duration.ofMinutes(1))) {
            Reader slow = new Reader(server);
            fill(nextWriter(), 1 << 10);
            Reader quick = new Reader(server);
            quick.call.request(Integer.MAX_VALUE);
            StreamWriter<GenerateResponse> writer = nextWriter();
            int sent = 0;
            while (sent < 500) {
                if (writer.hasRoom()) {
                    var unused = writer.send(message(sent, 1 << 10));
                    sent++;
                } else {
                    Thread.onSpinWait();
                }
            }
            writer.finish();

            assertThat(quick.awaitStatus().isOk()).isTrue();
            assertThat(quick.received()).hasSize(500);
            assertThat(slow.received()).isEmpty();
        }
    }

    @Test
    void endsAStreamWhoseClientStoppedReading() throws Exception {
        try (LoopbackServer server = server(Duration.ofMillis(200))) {
            Reader slow = new Reader(server);
            StreamWriter<GenerateResponse> writer = nextWriter();
            fill(writer, 64 << 10);
            awaitClose();
            assertThat(writer.isOver()).isTrue();

            slow.call.request(1000);

            Status status = slow.awaitStatus();
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(RemoteFailure.of(status.asRuntimeException(slow.trailers.join()))
                            .orElseThrow()
                            .reason())
                    .isEqualTo("SLOW_CONSUMER");
        }
    }

    @Test
    void sparesAClientThatReadsSlowlyButSteadily() throws Exception {
        try (LoopbackServer server = server(Duration.ofSeconds(1))) {
            Reader slow = new Reader(server);
            StreamWriter<GenerateResponse> writer = nextWriter();
            int taken = fill(writer, 256 << 10);
            writer.finish();
            for (int i = 0; i < taken; i++) {
                slow.call.request(1);
                Thread.sleep(120);
            }
            slow.call.request(1);

            assertThat(slow.awaitStatus().isOk()).isTrue();
            assertThat(slow.received()).hasSize(taken);
        }
    }

    @Test
    void seesACancelAtOnceAndClosesOnce() throws Exception {
        try (LoopbackServer server = server(Duration.ofMillis(100))) {
            Reader reader = new Reader(server);
            StreamWriter<GenerateResponse> writer = nextWriter();
            fill(writer, 64 << 10);

            reader.call.cancel("test", null);

            awaitClose();
            assertThat(writer.isOver()).isTrue();
            assertThat(writer.send(message(0, 1))).isFalse();
            writer.finish();
            writer.fail(new IllegalStateException("late"));
            Thread.sleep(200);
            assertThat(closes).hasValue(1);
        }
    }
}
