package io.speckv.bench.serving;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A few connections to a router on this machine, used in turn. */
final class RouterConnections implements AutoCloseable {
    private static final int COUNT = 4;
    private static final int START_SECONDS = 120;

    private final List<ManagedChannel> channels;

    /** Connects, and waits until the router serves. */
    RouterConnections(int port) {
        channels = IntStream.range(0, COUNT)
                .mapToObj(i -> NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .build())
                .toList();
        Iterator<HealthCheckResponse> states = HealthGrpc.newBlockingStub(channels.get(0))
                .withDeadlineAfter(START_SECONDS, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.getDefaultInstance());
        while (states.next().getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
            // the wait for the next change of state is in the condition
        }
    }

    InferenceServiceGrpc.InferenceServiceStub stub(int call) {
        return InferenceServiceGrpc.newStub(channels.get(call % COUNT));
    }

    /** Makes an empty call to the router, and returns its seconds. */
    double emptyCallSeconds(int call) {
        var health = HealthGrpc.newBlockingStub(channels.get(call % COUNT));
        long started = System.nanoTime();
        HealthCheckResponse unused = health.check(HealthCheckRequest.getDefaultInstance());
        return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
