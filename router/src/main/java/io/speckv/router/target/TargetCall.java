package io.speckv.router.target;

import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.cascade.AnswerPiece;
import io.speckv.cascade.Event;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call to a target, which gRPC may try on several. Only a few messages are taken before those ahead of them are worked
 * off, so that a client that reads slowly slows its own target stream down. Confined to the request's events once started.
 */
public final class TargetCall
        implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
    private static final int MESSAGES_AHEAD = 8;

    /** A piece of the answer as the target sent it. */
    public record Delta(TokenDelta message) implements AnswerPiece {
        @Override
        public int tokenCount() {
            return message.getTokenIdsCount();
        }
    }

    private final RequestTimeline timeline;
    private final SynchronizationContext events;
    private final Consumer<Event> run;
    private final Duration asked;
    private final AttemptCount attempts = new AttemptCount();
    private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> call;
    private int lookaheadSent;
    private boolean complete;
    private @Nullable GenerationFinished finished;
    private boolean over;

    /**
     * @param timeline gets the target's stages
     * @param run is told what comes, in the request's own order of events
     */
    public TargetCall(RequestTimeline timeline, SynchronizationContext events, Consumer<Event> run) {
        this.timeline = timeline;
        this.events = events;
        this.run = run;
        this.asked = timeline.elapsed();
    }

    /** Opens the call and sends its start, with the lookahead that is here. */
    public void start(TargetServiceGrpc.TargetServiceStub targets, GenerationStart.Builder start, int[] lookahead) {
        var unused = targets.withInterceptors(attempts).generate(this);
        start.setLookahead(tokens(0, lookahead));
        send(TargetServiceGenerateRequest.newBuilder().setStart(start).build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> requests) {
        call = requests;
        requests.disableAutoRequestWithInitial(MESSAGES_AHEAD);
    }

    /** Sends more lookahead, after {@code firstIndex} tokens that were sent before. */
    public void lookahead(int firstIndex, int[] more) {
        speculated(tokens(firstIndex, more));
    }

    /** Says that the lookahead is complete, though the draft speculates on. */
    public void lookaheadComplete() {
        speculated(LookaheadTokens.newBuilder()
                .setFirstIndex(lookaheadSent)
                .setComplete(true)
                .build());
    }

    /** Sends what a draft speculates on. */
    public void speculated(LookaheadTokens tokens) {
        if (!over && !complete) {
            send(TargetServiceGenerateRequest.newBuilder().setLookahead(tokens).build());
        }
    }

    private LookaheadTokens tokens(int firstIndex, int[] more) {
        LookaheadTokens.Builder tokens = LookaheadTokens.newBuilder().setFirstIndex(firstIndex);
        Arrays.stream(more).forEach(tokens::addTokenIds);
        lookaheadSent = firstIndex + more.length;
        return tokens.build();
    }

    /** Says that nothing of the draft will come any more. */
    public void complete() {
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
    public void next(int messages) {
        if (!over && call != null && messages > 0) {
            call.request(messages);
        }
    }

    /** The answer's last message; there is one once the run was told that it is finished. */
    public GenerationFinished finished() {
        GenerationFinished last = finished;
        if (last == null) {
            throw new IllegalStateException("the target has not finished");
        }
        return last;
    }

    /** Targets that were tried. */
    public int attempts() {
        return attempts.attempts();
    }

    /** Nothing more is wanted. */
    public void cancel() {
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
                case DELTA -> run.accept(new Event.Grew(new Delta(message.getDelta())));
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
                run.accept(new Event.TargetLost(failure));
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
                run.accept(new Event.TargetLost(
                        new IllegalStateException("the target ended its stream without a last message")));
            } else {
                timeline.adopt(StageTime.fromProto(last.getTimingsList()), asked);
                run.accept(new Event.Finished());
            }
        });
    }
}
