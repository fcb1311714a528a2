package io.speckv.router;

import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.Metric;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer of a target, which gRPC may ask several for, and which is asked for anew where a target is connected but silent.
 * Only a few messages are taken before those ahead of them are worked off, so that a client that reads slowly slows its own
 * target stream down. Every message is checked. Confined to the request's events once started.
 */
final class TargetStream {
    private static final Logger LOG = LoggerFactory.getLogger(TargetStream.class);
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("speckv.peer");
    private static final int MESSAGES_AHEAD = 8;
    /** Between a complete answer and the end of its call; a target that never ends it is let go of then. */
    private static final Duration END_OF_CALL = Duration.ofSeconds(5);

    private final SynchronizationContext events;
    private final TargetEvents listener;
    private final TargetTerms terms;
    private final AttemptCount attempts = new AttemptCount();
    private final List<TargetServiceGenerateRequest> sent = new ArrayList<>();
    private TargetServiceGrpc.@Nullable TargetServiceStub targets;
    private Context client = Context.ROOT;
    private AnswerCheck check = new AnswerCheck(0, 0);
    private Duration firstToken = Duration.ZERO;
    private @Nullable Attempt attempt;
    private int made;
    private int lookaheadSent;
    private boolean complete;
    private boolean over;
    private int wanted = MESSAGES_AHEAD;
    private @Nullable ScheduledFuture<?> patience;

    TargetStream(SynchronizationContext events, TargetEvents listener, TargetTerms terms) {
        this.events = events;
        this.listener = listener;
        this.terms = terms;
    }

    /**
     * Opens the call and sends its start, with the lookahead that is here; to be called in the client's {@link Context}.
     *
     * @param vocabSize of the target
     */
    void start(
            TargetServiceGrpc.TargetServiceStub stub, GenerationStart.Builder start, int[] lookahead, int vocabSize) {
        targets = stub;
        client = Context.current();
        check = new AnswerCheck(vocabSize, start.getSampling().getMaxNewTokens());
        firstToken = terms.firstToken(start.getPrompt().getTokenIdsCount());
        start.setLookahead(more(lookahead));
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
        client.run(() -> {
            var unused = stub.withInterceptors(attempts).generate(next);
        });
        await(firstToken);
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
    void next(int messages) {
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

    /** Targets that were tried. */
    int attempts() {
        return attempts.attempts() + made - 1;
    }

    /** Nothing more is wanted. */
    void cancel() {
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
        listener.targetFailed(
                check.tokens() == 0
                        ? RequestException.of(
                                FailureCode.NO_TARGET,
                                "no target gave a first token within " + longest.toMillis() + " ms")
                        : lost("sent nothing for " + longest.toMillis() + " ms"));
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
        listener.targetFailed(lost("sent " + what));
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
                listener.grown(message.getDelta());
            }
            case FINISHED -> {
                Optional<String> wrong = check.end(message.getFinished());
                if (wrong.isPresent()) {
                    invalid(wrong.get());
                    return;
                }
                end();
                letGo();
                listener.answered(message.getFinished());
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
                        listener.targetFailed(failure);
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
                        listener.targetFailed(lost("ended its stream without a last message"));
                    }
                }
            });
        }
    }
}
