package io.speckv.http.upstream;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.http.connection.Exchange;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One call of the InferenceService for one exchange. Messages are handed on in order, on the exchange's event loop. The next
 * message is requested only after the one before it is handled, so a client that reads slowly slows the call and takes no
 * memory. A client that goes away cancels the call.
 */
public final class UpstreamCall<Q, A> extends ClientCall.Listener<A> {
    private final ClientCall<Q, A> call;
    private final Exchange exchange;
    private final Context context;
    private final Receiver<A> receiver;
    private Future<Void> handled = Future.succeededFuture();

    /** Takes the messages of a call, on the exchange's event loop. */
    public interface Receiver<A> {
        /** Handles a message; the next one comes when the result completes. */
        Future<Void> message(A message);

        /** The call has ended with status OK. */
        void end();

        /** The call has failed. */
        void failure(StatusRuntimeException thrown);
    }

    private UpstreamCall(ClientCall<Q, A> call, Exchange exchange, Receiver<A> receiver) {
        this.call = call;
        this.exchange = exchange;
        this.context = exchange.context();
        this.receiver = receiver;
    }

    /** Starts a call with {@code headers}; to be called on the exchange's event loop. */
    public static <Q, A> void start(
            Channel channel,
            MethodDescriptor<Q, A> method,
            Duration deadline,
            Metadata headers,
            Q request,
            Exchange exchange,
            Receiver<A> receiver) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
        ClientCall<Q, A> call = channel.newCall(method, options);
        call.start(new UpstreamCall<>(call, exchange, receiver), headers);
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
        // This comes last, because it cancels at once if the client left while its request was read.
        exchange.onGone(() -> call.cancel("the HTTP client has gone away", null));
        // Cancels this call if another one has failed the request.
        exchange.onOver(() -> call.cancel("the HTTP request is over", null));
    }

    @Override
    public void onMessage(A message) {
        context.runOnContext(now -> handled = handled.compose(before -> receiver.message(message))
                .onSuccess(done -> call.request(1))
                .onFailure(thrown -> call.cancel("the answer cannot be passed on", thrown)));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        context.runOnContext(now -> {
            if (!status.isOk() && exchange.isStalled()) {
                exchange.cut();
                return;
            }
            handled.onComplete(last -> {
                if (last.failed()) {
                    exchange.cut();
                } else if (status.isOk()) {
                    receiver.end();
                } else {
                    receiver.failure(new StatusRuntimeException(status, trailers));
                }
            });
        });
    }
}
