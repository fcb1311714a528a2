package io.speckv.kit.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/** Gives every outgoing call a CLIENT span under the current span, and sends the span's context to the server. */
final class ClientTracing implements ClientInterceptor {
    private final Tracer tracer;

    ClientTracing(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Context parent = Context.current();
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                Span span = tracer.spanBuilder(method.getFullMethodName())
                        .setParent(parent)
                        .setSpanKind(SpanKind.CLIENT)
                        .setAttribute(TraceHeaders.SYSTEM, "grpc")
                        .setAttribute(TraceHeaders.METHOD, method.getFullMethodName())
                        .startSpan();
                Context context = parent.with(span);
                TraceHeaders.inject(context, headers);
                super.start(new TracedListener<>(listener, span, parent), headers);
            }
        };
    }

    /** Runs the caller's callbacks in the caller's context, and ends the span with the call. */
    private static final class TracedListener<A> extends SimpleForwardingClientCallListener<A> {
        private final Span span;
        private final Context parent;

        TracedListener(ClientCall.Listener<A> delegate, Span span, Context parent) {
            super(delegate);
            this.span = span;
            this.parent = parent;
        }

        @Override
        public void onMessage(A message) {
            InTrace.run(parent, () -> super.onMessage(message));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            span.setAttribute(TraceHeaders.STATUS, status.getCode().name());
            if (!status.isOk()) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
            InTrace.run(parent, () -> super.onClose(status, trailers));
        }
    }
}
