package io.speckv.bench.serving;

import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A client's view of one stream, with the times of its tokens. */
final class TimedStream implements StreamObserver<GenerateResponse> {
    private final long started = System.nanoTime();
    private final CompletableFuture<Long> first = new CompletableFuture<>();
    private final CompletableFuture<Long> ended = new CompletableFuture<>();
    private final List<Double> gaps = new ArrayList<>();
    private volatile GenerateFinished finished = GenerateFinished.getDefaultInstance();
    private long last;
    private int tokens;

    @Override
    public void onNext(GenerateResponse message) {
        if (message.hasDelta()) {
            long now = System.nanoTime();
            if (!first.complete(now)) {
                gaps.add((now - last) / 1e9);
            }
            last = now;
            tokens += message.getDelta().getTokenIdsCount();
        } else if (message.hasFinished()) {
            finished = message.getFinished();
        }
    }

    @Override
    public void onError(Throwable failure) {
        first.completeExceptionally(failure);
        ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        // Without a first token, whoever waits for it would wait for ever. If one came, this changes nothing.
        first.completeExceptionally(new IllegalStateException("the stream ended without a token"));
        ended.complete(System.nanoTime());
    }

    /** Waits for the first token and returns the seconds until it came. */
    double firstTokenSeconds() {
        return (first.join() - started) / 1e9;
    }

    /**
     * Waits for the end and returns the seconds from the first token to it.
     *
     * @throws CompletionException if the stream failed
     */
    double streamingSeconds() {
        return (ended.join() - first.join()) / 1e9;
    }

    /** Completes with the time of the end, or with the failure. */
    CompletableFuture<Long> ended() {
        return ended;
    }

    /** Returns the number of tokens so far; after the end, of all tokens. */
    int tokens() {
        return tokens;
    }

    /** Returns the seconds between neighbouring messages so far; after the end, of all messages. */
    List<Double> gaps() {
        return gaps;
    }

    /** Returns the final figures; available after the end. */
    GenerateFinished finished() {
        return finished;
    }
}
