package io.speckv.kit.failure;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Closes calls with the status that {@link Failures} gives, whether a service threw or passed the exception to its
 * observer's {@code onError}. It must stand inside interceptors that look at the status of calls.
 */
public final class FailureInterceptor implements ServerInterceptor {
    private final Failures failures;

    public FailureInterceptor(Failures failures) {
        this.failures = failures;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MappingCall<Q, A> mapping = new MappingCall<>(call, failures);
        try {
            return new MappingListener<>(next.startCall(mapping, headers), mapping);
        } catch (RuntimeException | Error e) {
            // A service of a stream of requests begins here, before the first of them.
            mapping.failAt(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Replaces the status that grpc-java makes from an arbitrary exception (UNKNOWN, with the exception as cause). */
    private static final class MappingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Failures failures;
        private boolean closed;

        MappingCall(ServerCall<Q, A> call, Failures failures) {
            super(call);
            this.failures = failures;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Throwable cause = status.getCause();
            if (status.isOk() || cause == null || hasDetails(cause)) {
                closeOnce(status, trailers);
            } else {
                fail(cause);
            }
        }

        /** Closes the call after a callback has thrown. */
        void failAt(Throwable thrown) {
            fail(thrown);
            if (thrown instanceof VirtualMachineError fatal) {
                throw fatal;
            }
        }

        private void fail(Throwable thrown) {
            StatusRuntimeException mapped = failures.toStatus(thrown);
            Metadata trailers = mapped.getTrailers();
            closeOnce(mapped.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        private synchronized void closeOnce(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }

        private static boolean hasDetails(Throwable cause) {
            return cause instanceof StatusRuntimeException
                    && RemoteFailure.of(cause).isPresent();
        }
    }

    private static final class MappingListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final MappingCall<Q, ?> call;

        MappingListener(ServerCall.Listener<Q> delegate, MappingCall<Q, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        @Override
        public void onCancel() {
            guarded(super::onCancel);
        }

        @Override
        public void onComplete() {
            guarded(super::onComplete);
        }

        private void guarded(Runnable callback) {
            try {
                callback.run();
            } catch (RuntimeException | Error e) {
                call.failAt(e);
            }
        }
    }
}
