package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final String SERVICE = "speckv.v1.SomeService";

    private final Readiness readiness = new Readiness(List.of(SERVICE));
    private final String name = UUID.randomUUID().toString();
    private final ManagedChannel channel =
            InProcessChannelBuilder.forName(name).directExecutor().build();
    private Server server;

    @BeforeEach
    void start() throws IOException {
        BindableService health = readiness.healthService();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(health)
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private ServingStatus health(String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    /** Returns whether a call is passed on; throws what it is refused with. */
    private boolean takesCalls() {
        boolean[] passed = {false};
        readiness.<Object, Object>interceptCall(NoCall.CALL, new Metadata(), (call, headers) -> {
            passed[0] = true;
            return new ServerCall.Listener<>() {};
        });
        return passed[0];
    }

    @Test
    void aProcessThatLoadsTakesNothingAndSaysSo() {
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health("")).as("of the whole server").isEqualTo(ServingStatus.NOT_SERVING);
        assertThatThrownBy(this::takesCalls).isInstanceOfSatisfying(RequestException.class, refused -> {
            assertThat(refused.code()).isEqualTo(FailureCode.LOADING);
            assertThat(refused.retryAfter()).isPresent();
        });
    }

    @Test
    void onceItServesItTakesCalls() {
        assertThat(readiness.serving()).as("health changes").isTrue();
        assertThat(readiness.serving()).as("and does not change again").isFalse();
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.SERVING);
        assertThat(health("")).isEqualTo(ServingStatus.SERVING);
        assertThat(takesCalls()).isTrue();
    }

    @Test
    void anOpenOneTakesCallsBeforeItsHealthIsGood() {
        readiness.open();
        assertThat(takesCalls()).isTrue();
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aPauseChangesHealthAlone() {
        assertThat(readiness.pause()).as("it did not serve yet").isFalse();
        readiness.serving();
        assertThat(readiness.pause()).isTrue();
        assertThat(readiness.pause()).isFalse();
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(takesCalls()).isTrue();
        assertThat(readiness.serving()).isTrue();
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void whoIsAboutToStopIsNotHealthyForGoodAndStillTakesCalls() {
        readiness.serving();
        readiness.notServing();
        assertThat(health(SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(takesCalls()).isTrue();
        readiness.pause();
        readiness.serving();
        assertThat(health(SERVICE)).as("whatever happens").isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void whoDrainsTakesNoneAndNeverServesAgain() {
        readiness.serving();
        readiness.refuse();
        assertThatThrownBy(this::takesCalls)
                .isInstanceOfSatisfying(
                        RequestException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FailureCode.DRAINING));
        readiness.pause();
        assertThat(readiness.serving()).isFalse();
        assertThatThrownBy(this::takesCalls).isInstanceOf(RequestException.class);
    }

    /** A call that nothing is asked of. */
    private static final class NoCall extends ServerCall<Object, Object> {
        static final NoCall CALL = new NoCall();

        @Override
        public void request(int numMessages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Object message) {}

        @Override
        public void close(Status status, Metadata trailers) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    }
}
