package io.speckv.kit.server;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A service's health as it changes. A check that comes after the server has ended gets no answer; a watcher that is there
 * before is told, however late it looks.
 */
public final class HealthWatch implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<ServingStatus> told = new LinkedBlockingQueue<>();
    private final Context.CancellableContext call = Context.current().withCancellation();

    private HealthWatch(Channel channel, String service) {
        HealthCheckRequest request =
                HealthCheckRequest.newBuilder().setService(service).build();
        call.run(() -> HealthGrpc.newStub(channel).watch(request, new Told()));
    }

    /** Returns a watch that has been told that the service serves. */
    public static HealthWatch serving(Channel channel, String service) throws InterruptedException {
        HealthWatch watch = new HealthWatch(channel, service);
        watch.await(ServingStatus.SERVING);
        return watch;
    }

    /** Waits until this status is told. */
    public void await(ServingStatus status) throws InterruptedException {
        ServingStatus last = null;
        do {
            last = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (last == null) {
                throw new AssertionError("health does not say " + status);
            }
        } while (last != status);
    }

    /** Ends the call, which a stopping server else waits for. */
    @Override
    public void close() {
        call.cancel(null);
    }

    private final class Told implements StreamObserver<HealthCheckResponse> {
        @Override
        public void onNext(HealthCheckResponse message) {
            told.add(message.getStatus());
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {}
    }
}
