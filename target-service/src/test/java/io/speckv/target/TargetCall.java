package io.speckv.target;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client's side of one Generate call. */
final class TargetCall implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
    private final List<TokenDelta> deltas = new ArrayList<>();
    private final CountDownLatch firstToken = new CountDownLatch(1);
    private final CompletableFuture<GenerationFinished> end = new CompletableFuture<>();
    private final Reading reading;
    /** When the end came, as {@link System#nanoTime} has it; whoever waits for it may look later. */
    private volatile long endNanos;

    private @Nullable GenerationFinished finished;
    private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> requests;

    private TargetCall(Reading reading) {
        this.reading = reading;
    }

    /** When messages are taken. */
    enum Reading {
        AT_ONCE,
        /** When {@link #read} asks for some. */
        ON_DEMAND
    }

    /** What came: everything, if the call ended well. */
    record Result(List<TokenDelta> deltas, GenerationFinished finished) {
        int[] tokens() {
            return deltas.stream()
                    .flatMap(delta -> delta.getTokenIdsList().stream())
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        String text() {
            return deltas.stream().map(TokenDelta::getText).reduce("", String::concat);
        }
    }

    static TargetCall open(
            TargetServiceGrpc.TargetServiceStub stub, List<TargetServiceGenerateRequest> messages, Reading reading) {
        TargetCall call = new TargetCall(reading);
        var unused = stub.generate(call);
        messages.forEach(call.requests()::onNext);
        return call;
    }

    static TargetServiceGenerateRequest message(GenerationStart start) {
        return TargetServiceGenerateRequest.newBuilder().setStart(start).build();
    }

    private ClientCallStreamObserver<TargetServiceGenerateRequest> requests() {
        ClientCallStreamObserver<TargetServiceGenerateRequest> open = requests;
        if (open == null) {
            throw new IllegalStateException("the call is not open");
        }
        return open;
    }

    TargetCall lookahead(LookaheadTokens tokens) {
        requests()
                .onNext(TargetServiceGenerateRequest.newBuilder()
                        .setLookahead(tokens)
                        .build());
        return this;
    }

    TargetCall send(TargetServiceGenerateRequest message) {
        requests().onNext(message);
        return this;
    }

    TargetCall halfClose() {
        requests().onCompleted();
        return this;
    }

    void cancel() {
        requests().cancel("the test goes away", null);
    }

    void read(int messages) {
        requests().request(messages);
    }

    TargetCall awaitFirstToken() {
        try {
            if (!firstToken.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no token came");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Waits for the end; returns whether it was a failure. */
    boolean failed() {
        try {
            var unused = end.get(60, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the call did not end", e);
        }
    }

    /** Waits for both ends, which must be good ones; returns whether this one's came first. */
    boolean endedBefore(TargetCall other) {
        result();
        other.result();
        return endNanos - other.endNanos < 0;
    }

    boolean isDone() {
        return end.isDone();
    }

    /** Waits for the end; fails the test if the call failed. */
    Result result() {
        try {
            GenerationFinished last = end.get(60, TimeUnit.SECONDS);
            synchronized (this) {
                return new Result(List.copyOf(deltas), last);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("the call failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the call did not end", e);
        }
    }

    /** Waits for the end, which must be a failure. */
    Throwable thrown() {
        try {
            throw new AssertionError("the call ended well: " + end.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause()).isEmpty() ? e : java.util.Objects.requireNonNull(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the call did not end", e);
        }
    }

    RemoteFailure failure() {
        Throwable thrown = thrown();
        return RemoteFailure.of(thrown).orElseThrow(() -> new AssertionError("no details", thrown));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> stream) {
        requests = stream;
        if (reading == Reading.ON_DEMAND) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public synchronized void onNext(TargetServiceGenerateResponse message) {
        if (message.hasDelta()) {
            deltas.add(message.getDelta());
            firstToken.countDown();
        } else {
            finished = message.getFinished();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        endNanos = System.nanoTime();
        firstToken.countDown();
        end.completeExceptionally(thrown);
    }

    @Override
    public synchronized void onCompleted() {
        endNanos = System.nanoTime();
        end.complete(finished == null ? GenerationFinished.getDefaultInstance() : finished);
    }
}
