package io.speckv.http.upstream;

import io.grpc.StatusRuntimeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** Receives the one message of a unary call. */
public final class Unary<A> implements UpstreamCall.Receiver<A> {
    private final Promise<A> answer = Promise.promise();
    private @Nullable A received;

    /** Completes with the message, or fails with the call's StatusRuntimeException. */
    public Future<A> answer() {
        return answer.future();
    }

    @Override
    public Future<Void> message(A message) {
        received = message;
        return Future.succeededFuture();
    }

    @Override
    public void end() {
        answer.complete(received);
    }

    @Override
    public void failure(StatusRuntimeException thrown) {
        answer.fail(thrown);
    }
}
