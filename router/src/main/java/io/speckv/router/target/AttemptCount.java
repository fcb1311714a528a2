package io.speckv.router.target;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the services that gRPC tried for one call. */
final class AttemptCount extends ClientStreamTracer.Factory implements ClientInterceptor {
    private final AtomicInteger attempts = new AtomicInteger();

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withStreamTracerFactory(this));
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        attempts.accumulateAndGet(info.getPreviousAttempts() + 1, Math::max);
        return new ClientStreamTracer() {};
    }

    /** Returns the number of attempts so far. */
    int attempts() {
        return attempts.get();
    }
}
