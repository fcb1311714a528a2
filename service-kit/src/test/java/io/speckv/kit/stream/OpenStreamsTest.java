package io.speckv.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.ScriptedInference;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a bare gRPC server, since the interceptors of a service forgive a call that is ended twice. */
class OpenStreamsTest {
    private final ScheduledExecutorService timer = DaemonTimer.start("test-timer");
    private final OpenStreams streams = new OpenStreams();
    private final AtomicInteger closed = new AtomicInteger();
    private final BlockingQueue<ServerCallStreamObserver<GenerateResponse>> calls = new LinkedBlockingQueue<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new ScriptedInference(observer -> {
                    var unused = streams.open(
                            observer, new OutboxLimits(8, Duration.ofMinutes(1)), timer, closed::incrementAndGet);
                    calls.add(observer);
                }))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
        timer.shutdownNow();
    }

    private Iterator<GenerateResponse> open() {
        return InferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .generate(GenerateRequest.getDefaultInstance());
    }

    private ServerCallStreamObserver<GenerateResponse> call() throws InterruptedException {
        ServerCallStreamObserver<GenerateResponse> call = calls.poll(60, TimeUnit.SECONDS);
        assertThat(call).isNotNull();
        return call;
    }

    @Test
    void oneThatCannotBeEndedKeepsNoOtherFromHearingWhy() throws Exception {
        List<Iterator<GenerateResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Iterator<GenerateResponse> ended = open();
            call().onCompleted(); // behind its writer's back
            assertThat(ended.hasNext()).isFalse();
            answers.add(open());
            call();
        }

        streams.failAll(Status.UNAVAILABLE.withDescription("the server stops").asRuntimeException());

        for (Iterator<GenerateResponse> answer : answers) {
            assertThat(catchThrowable(answer::hasNext)).hasMessageContaining("the server stops");
        }
        assertThat(closed).as("every stream is over for its service").hasValue(8);
        assertThat(streams.size()).isZero();
    }
}
