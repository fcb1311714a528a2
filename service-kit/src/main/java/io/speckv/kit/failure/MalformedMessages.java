package io.speckv.kit.failure;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/** Reports bytes that are no valid message as the client's error. gRPC itself would answer UNKNOWN and log a stack trace. */
public final class MalformedMessages implements ServerInterceptor {
    private MalformedMessages() {}

    /** Returns {@code service} with its messages parsed at a place where a failure can be answered. */
    public static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(service, Unread.MARSHALLER), new MalformedMessages());
    }

    /** Leaves messages unparsed. */
    private enum Unread implements MethodDescriptor.Marshaller<InputStream> {
        MARSHALLER;

        @Override
        public InputStream stream(InputStream message) {
            return message;
        }

        @Override
        public InputStream parse(InputStream message) {
            return message;
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new Reading<>(next.startCall(call, headers), call);
    }

    private static final class Reading<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean refused;

        Reading(ServerCall.Listener<Q> delegate, ServerCall<Q, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (refused) {
                return;
            }
            try {
                super.onMessage(message);
            } catch (StatusRuntimeException e) {
                if (!(e.getCause() instanceof InvalidProtocolBufferException)) {
                    throw e;
                }
                refused = true;
                StatusRuntimeException status = Failures.encode(RequestException.of(
                        FailureCode.FIELD_INVALID,
                        "the request is not a valid message of "
                                + call.getMethodDescriptor().getFullMethodName()));
                Metadata trailers = status.getTrailers();
                call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
                // gRPC will call this end a completion, of which the service hears nothing that would stop its work.
                super.onCancel();
            }
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!refused) {
                super.onReady();
            }
        }

        @Override
        public void onComplete() {
            if (!refused) {
                super.onComplete();
            }
        }

        @Override
        public void onCancel() {
            if (!refused) {
                super.onCancel();
            }
        }
    }
}
