package io.speckv.kit;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How a call ends, whatever it answers. */
public final class CallEnd<T> implements StreamObserver<T> {
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Is complete when the call is, by its failure if it failed. */
    public CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    @Override
    public void onNext(T message) {}

    @Override
    public void onError(Throwable failure) {
        ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        ended.complete(null);
    }
}
