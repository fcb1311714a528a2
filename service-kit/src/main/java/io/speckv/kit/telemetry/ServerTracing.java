package io.speckv.kit.telemetry;

import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gives every served call a SERVER span, which is current in all its callbacks, and records the call's duration. */
final class ServerTracing implements ServerInterceptor {
    private static final double NANOS_PER_SECOND = 1e9;
    /** How much later than at the client a deadline may pass here, where it counts from the arrival of the call. */
    private static final long ON_THE_WAY_MILLIS = 50;

    private final Tracer tracer;
    private final Metrics metrics;

    ServerTracing(Tracer tracer, Metrics metrics) {
        this.tracer = tracer;
        this.metrics = metrics;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Context parent = TraceHeaders.extract(headers);
        Span span = tracer.spanBuilder(method)
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(TraceHeaders.SYSTEM, "grpc")
                .setAttribute(TraceHeaders.METHOD, method)
                .startSpan();
        Context context = parent.with(span);
        CallSpan callSpan = new CallSpan(span, method);
        ServerCall<Q, A> traced = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                super.close(status, trailers);
                callSpan.end(status.getCode());
            }
        };
        return InTrace.call(context, () -> new TracedListener<>(next.startCall(traced, headers), context, callSpan));
    }

    /** Ends once, when the call is closed or cancelled, whichever comes first. */
    private final class CallSpan {
        private final Span span;
        private final String method;
        private final long startNanos = System.nanoTime();
        private final AtomicBoolean open = new AtomicBoolean(true);

        CallSpan(Span span, String method) {
            this.span = span;
            this.method = method;
        }

        void end(Status.Code code) {
            if (!open.getAndSet(false)) {
                return;
            }
            span.setAttribute(TraceHeaders.STATUS, code.name());
            if (code != Status.Code.OK) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
            metrics.record(
                    Metric.RPC_DURATION,
                    (System.nanoTime() - startNanos) / NANOS_PER_SECOND,
                    Attributes.of(TraceHeaders.METHOD, method, TraceHeaders.STATUS, code.name()));
        }
    }

    private static final class TracedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Context context;
        private final CallSpan span;

        TracedListener(ServerCall.Listener<Q> delegate, Context context, CallSpan span) {
            super(delegate);
            this.context = context;
            this.span = span;
        }

        private void traced(Runnable callback) {
            InTrace.run(context, callback);
        }

        @Override
        public void onMessage(Q message) {
            traced(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            traced(super::onHalfClose);
        }

        @Override
        public void onReady() {
            traced(super::onReady);
        }

        @Override
        public void onComplete() {
            traced(super::onComplete);
        }

        @Override
        public void onCancel() {
            try {
                traced(super::onCancel);
            } finally {
                span.end(isTooLate() ? Status.Code.DEADLINE_EXCEEDED : Status.Code.CANCELLED);
            }
        }

        /** A client cancels its calls when their deadline passes, and is heard before or after the clock here says so. */
        private static boolean isTooLate() {
            Deadline deadline = io.grpc.Context.current().getDeadline();
            return deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) < ON_THE_WAY_MILLIS;
        }
    }
}
