package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.telemetry.MetricsPage;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Servers end connections that have reached their greatest age, and {@code PeerWatch} sees the new one begin. */
class ConnectionRenewalTest {
    /** The addresses that a server was called from. */
    private static final class Callers implements ServerInterceptor {
        private final Set<SocketAddress> seen = ConcurrentHashMap.newKeySet();

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            if (address != null) {
                seen.add(address);
            }
            return next.startCall(call, headers);
        }
    }

    @Test
    void aConnectionThatIsRenewedIsNoTargetThatCannotBeReached() throws Exception {
        MetricsPage page = new MetricsPage();
        Callers callers = new Callers();
        FakeTarget target;
        try (RouterRig other = RouterRig.startWithoutDraft()) {
            target = new FakeTarget(other.fingerprint);
        }
        GrpcProcess renewing = GrpcProcess.start(
                LoopbackServer.settings("--server.connections.max-age=1s", "--server.drain.calls=0s"),
                new HostedServices(List.of(target), List.of(callers), FailureClassifier.NONE));
        renewing.serving();
        try (renewing;
                RouterRig rig = RouterRig.startWithoutDraft(
                        page.flag(), "--target.channel.target=localhost:" + renewing.port(), "--describe-every=10s")) {
            RouterRig.await(
                    () -> {
                        rig.once(RouterRig.request("full").build());
                        return callers.seen.size() > 5;
                    },
                    "the connection is not renewed");

            assertThat(page.samples("speckv_peer_unreachable_total", "closed")).allMatch(times -> times == 0);
        }
    }
}
