package io.speckv.kit.server;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows which members of a pool gRPC tried for one call. Thread-safe. */
public final class CalledMember extends ClientStreamTracer.Factory implements ClientInterceptor {
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile String address = "";

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withStreamTracerFactory(this));
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        attempts.accumulateAndGet(info.getPreviousAttempts() + 1, Math::max);
        return new ClientStreamTracer() {
            @Override
            public void streamCreated(Attributes transport, Metadata sent) {
                address = PeerAddress.text(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            }
        };
    }

    /** Returns the number of attempts so far. */
    public int attempts() {
        return attempts.get();
    }

    /** Returns the address of the member that was tried last, such as {@code 10.0.0.7:9002}; empty before the first. */
    public String address() {
        return address;
    }
}
