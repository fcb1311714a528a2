package io.speckv.router;

import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call to a target, which gRPC may try on several. Only a few messages are taken before those ahead of them are worked
 * off, so that a client that reads slowly slows its own target stream down. Confined to the request's events once started.
 */
final class TargetStream
        implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
    private static final int MESSAGES_AHEAD = 8;

    private final SynchronizationContext events;
    private final TargetEvents listener;
    private final AttemptCount attempts = new AttemptCount();
    private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> call;
    private int lookaheadSent;
    private boolean complete;
    private @Nullable GenerationFinished finished;
    private boolean over;

    TargetStream(SynchronizationContext events, TargetEvents listener) {
        this.events = events;
        this.listener = listener;
    }

    /** Opens the call and sends its start, with the lookahead that is here. */
    void start(TargetServiceGrpc.TargetServiceStub targets, GenerationStart.Builder start, int[] lookahead) {
        var unused = targets.withInterceptors(attempts).generate(this);
        start.setLookahead(more(lookahead));
        send(TargetServiceGenerateRequest.newBuilder().setStart(start).build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> requests) {
        call = requests;
        requests.disableAutoRequestWithInitial(MESSAGES_AHEAD);
    }

    /** Sends what is new in the lookahead so far. */
    void lookahead(int[] soFar) {
        if (!over && !complete && soFar.length > lookaheadSent) {
            send(TargetServiceGenerateRequest.newBuilder()
                    .setLookahead(more(soFar))
                    .build());
        }
    }

    /** Says that the lookahead is complete, though the draft goes on. */
    void lookaheadComplete() {
        LookaheadTokens last = LookaheadTokens.newBuilder()
                .setFirstIndex(lookaheadSent)
                .setComplete(true)
                .build();
        expected(last);
    }

    /** Sends what a draft that goes on expects. */
    void expected(LookaheadTokens tokens) {
        if (!over && !complete) {
            send(TargetServiceGenerateRequest.newBuilder().setLookahead(tokens).build());
        }
    }

    private LookaheadTokens more(int[] soFar) {
        LookaheadTokens.Builder more = LookaheadTokens.newBuilder().setFirstIndex(lookaheadSent);
        Arrays.stream(soFar).skip(lookaheadSent).forEach(more::addTokenIds);
        lookaheadSent = soFar.length;
        return more.build();
    }

    /** Says that nothing of the draft will come any more. */
    void complete() {
        if (!over && !complete && call != null) {
            complete = true;
            call.onCompleted();
        }
    }

    private void send(TargetServiceGenerateRequest message) {
        if (call != null) {
            call.onNext(message);
        }
    }

    /** Takes as many more messages as were worked off. */
    void next(int messages) {
        if (!over && call != null && messages > 0) {
            call.request(messages);
        }
    }

    /** Targets that were tried. */
    int attempts() {
        return attempts.attempts();
    }

    /** Nothing more is wanted. */
    void cancel() {
        over = true;
        if (call != null) {
            call.cancel("the router needs no more", null);
        }
    }

    @Override
    public void onNext(TargetServiceGenerateResponse message) {
        events.execute(() -> {
            if (over) {
                return;
            }
            switch (message.getEventCase()) {
                case DELTA -> listener.grown(message.getDelta());
                case FINISHED -> {
                    finished = message.getFinished();
                    next(1);
                }
                case EVENT_NOT_SET -> next(1);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        events.execute(() -> {
            if (!over) {
                over = true;
                listener.targetFailed(failure);
            }
        });
    }

    @Override
    public void onCompleted() {
        events.execute(() -> {
            GenerationFinished last = finished;
            if (over) {
                return;
            }
            over = true;
            if (last == null) {
                listener.targetFailed(new IllegalStateException("the target ended its stream without a last message"));
            } else {
                listener.answered(last);
            }
        });
    }
}
