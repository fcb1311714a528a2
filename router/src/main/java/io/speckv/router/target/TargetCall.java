package io.speckv.router.target;

import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.cascade.AnswerPiece;
import io.speckv.cascade.Event;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.Metric;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer of a target, which gRPC may ask several for, and which is asked for anew where a target is connected but silent.
 * Only a few messages are taken before those ahead of them are worked off, so that a client that reads slowly slows its own
 * target stream down. Every message is checked. Confined to the request's events once started.
 */
public final class TargetCall {
    private static final Logger LOG = LoggerFactory.getLogger(TargetCall.class);
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("speckv.peer");
    private static final int MESSAGES_AHEAD = 8;
    /** Between a complete answer and the end of its call; a target that never ends it is let go of then. */
    private static final Duration END_OF_CALL = Duration.ofSeconds(5);

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
    private final TargetTerms terms;
    private final Executor forClient;
    private final Duration asked;
    private final AttemptCount attempts = new AttemptCount();
    private final List<TargetServiceGenerateRequest> sent = new ArrayList<>();
    private TargetServiceGrpc.@Nullable TargetServiceStub targets;
    private AnswerCheck check = new AnswerCheck(0, 0);
    private Duration firstToken = Duration.ZERO;
    private @Nullable Attempt attempt;
    private int made;
    private int lookaheadSent;
    private boolean complete;
    private boolean over;
    private int wanted = MESSAGES_AHEAD;
    private @Nullable ScheduledFuture<?> patience;
    private @Nullable GenerationFinished finished;

    /**
     * @param timeline gets the target's stages
     * @param run is told what comes, in the request's own order of events
     * @param forClient runs what makes a call at once, in the client's context and trace
     */
    public TargetCall(
            RequestTimeline timeline,
            SynchronizationContext events,
            Consumer<Event> run,
            TargetTerms terms,
            Executor forClient) {
        this.timeline = timeline;
        this.events = events;
        this.run = run;
        this.terms = terms;
        this.forClient = forClient;
        this.asked = timeline.elapsed();
    }

    /**
     * Opens the call and sends its start, with the lookahead that is here.
     *
     * @param vocabSize of the target
     */
    public void start(
            TargetServiceGrpc.TargetServiceStub stub, GenerationStart.Builder start, int[] lookahead, int vocabSize) {
        targets = stub;
        check = new AnswerCheck(vocabSize, start.getSampling().getMaxNewTokens());
        firstToken = terms.firstToken(start.getPrompt().getTokenIdsCount());
        start.setLookahead(tokens(0, lookahead));
        open();
        send(TargetServiceGenerateRequest.newBuilder().setStart(start).build());
    }

    private void open() {
        TargetServiceGrpc.TargetServiceStub stub = targets;
        if (stub == null) {
            throw new IllegalStateException("not started");
        }
        made++;
        Attempt next = new Attempt();
        attempt = next;
        forClient.execute(() -> {
            var unused = stub.withInterceptors(attempts).generate(next);
        });
        await(firstToken);
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
        if (!over && !complete && attempt != null) {
            complete = true;
            attempt.halfClose();
        }
    }

    private void send(TargetServiceGenerateRequest message) {
        if (attempt != null) {
            if (check.tokens() == 0) {
                sent.add(message); // for another target, as long as none has answered
            }
            attempt.send(message);
        }
    }

    /** Takes as many more messages as were worked off. */
    public void next(int messages) {
        if (!over && attempt != null && messages > 0) {
            if (wanted == 0) {
                await(between());
            }
            wanted += messages;
            attempt.request(messages);
        }
    }

    private Duration between() {
        return check.tokens() == 0 ? firstToken : terms.progress().betweenTokens();
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
        return attempts.attempts() + made - 1;
    }

    /** Nothing more is wanted. */
    public void cancel() {
        end();
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private void end() {
        over = true;
        sent.clear();
        if (patience != null) {
            patience.cancel(false);
        }
    }

    /** Has the target given up where nothing comes for so long though something is asked for. */
    private void await(Duration longest) {
        if (patience != null) {
            patience.cancel(false);
        }
        Attempt awaited = attempt;
        patience = terms.timer()
                .schedule(
                        () -> events.execute(() -> {
                            if (!over && attempt == awaited && wanted > 0) {
                                silent(longest);
                            }
                        }),
                        longest.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void silent(Duration longest) {
        LOG.atWarn()
                .addKeyValue("tokens", check.tokens())
                .addKeyValue("silent_ms", longest.toMillis())
                .log("a target is connected but silent");
        count();
        if (attempt != null) {
            attempt.cancel();
        }
        if (check.tokens() == 0 && made < terms.attempts()) {
            wanted = MESSAGES_AHEAD;
            open();
            sent.forEach(message -> attempt().send(message));
            if (complete) {
                attempt().halfClose();
            }
            return;
        }
        end();
        run.accept(new Event.TargetLost(
                check.tokens() == 0
                        ? RequestException.of(
                                FailureCode.NO_TARGET,
                                "no target gave a first token within " + longest.toMillis() + " ms")
                        : lost("sent nothing for " + longest.toMillis() + " ms")));
    }

    private Attempt attempt() {
        Attempt now = attempt;
        if (now == null) {
            throw new IllegalStateException("not started");
        }
        return now;
    }

    private RequestException lost(String why) {
        return RequestException.of(
                        FailureCode.TARGET_LOST, "the target " + why + " after " + check.tokens() + " generated tokens")
                .with("reason", why);
    }

    private void count() {
        terms.metrics().add(Metric.PEER_INVALID, 1, Attributes.of(PEER, "target"));
    }

    private void invalid(String what) {
        LOG.atWarn().addKeyValue("sent", what).log("a target broke the protocol");
        count();
        cancel();
        run.accept(new Event.TargetLost(lost("sent " + what)));
    }

    private void take(TargetServiceGenerateResponse message) {
        if (over) {
            return;
        }
        wanted--;
        switch (message.getEventCase()) {
            case DELTA -> {
                Optional<String> wrong = check.next(message.getDelta());
                if (wrong.isPresent()) {
                    invalid(wrong.get());
                    return;
                }
                if (message.getDelta().getTokenIdsCount() > 0) {
                    sent.clear();
                    await(between());
                }
                run.accept(new Event.Grew(new Delta(message.getDelta())));
            }
            case FINISHED -> {
                Optional<String> wrong = check.end(message.getFinished());
                if (wrong.isPresent()) {
                    invalid(wrong.get());
                    return;
                }
                end();
                letGo();
                finished = message.getFinished();
                timeline.adopt(StageTime.fromProto(message.getFinished().getTimingsList()), asked);
                run.accept(new Event.Finished());
            }
            // A newer target's event; it is no progress, so a stream of nothing else ends in time.
            case EVENT_NOT_SET -> next(1);
        }
    }

    /** The answer is complete; that its call ends is of no use to the client. */
    private void letGo() {
        Attempt last = attempt();
        last.request(1);
        var unused =
                terms.timer().schedule(() -> events.execute(last::cancel), END_OF_CALL.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** One call. */
    private final class Attempt
            implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
        private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> call;
        private boolean ended;

        @Override
        public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> requests) {
            call = requests;
            requests.disableAutoRequestWithInitial(MESSAGES_AHEAD);
        }

        void send(TargetServiceGenerateRequest message) {
            if (call != null && !ended) {
                call.onNext(message);
            }
        }

        void halfClose() {
            if (call != null && !ended) {
                call.onCompleted();
            }
        }

        void request(int messages) {
            if (call != null && !ended) {
                call.request(messages);
            }
        }

        void cancel() {
            if (call != null && !ended) {
                ended = true;
                call.cancel("the router needs no more", null);
            }
        }

        @Override
        public void onNext(TargetServiceGenerateResponse message) {
            events.execute(() -> {
                if (!ended) {
                    take(message);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            events.execute(() -> {
                if (!ended) {
                    ended = true;
                    if (!over) {
                        end();
                        run.accept(new Event.TargetLost(failure, TargetFailures.saysNoRoom(failure)));
                    }
                }
            });
        }

        @Override
        public void onCompleted() {
            events.execute(() -> {
                if (!ended) {
                    ended = true;
                    if (!over) {
                        end();
                        count();
                        run.accept(new Event.TargetLost(lost("ended its stream without a last message")));
                    }
                }
            });
        }
    }
}
