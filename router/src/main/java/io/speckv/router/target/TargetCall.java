package io.speckv.router.target;

import io.grpc.SynchronizationContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.cascade.Event;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.CalledMember;
import io.speckv.kit.stream.Silence;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer of a target. gRPC may try several targets for it, and the call is made again if a target is connected but silent.
 * Only a few messages are requested before earlier ones are processed, so a client that reads slowly slows its own target
 * stream down. Every message is checked. Confined to the request's events once started.
 */
public final class TargetCall {
    private static final Logger LOG = LoggerFactory.getLogger(TargetCall.class);
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("speckv.peer");
    /** Time between a complete answer and the end of its call, after which the router stops waiting for that end. */
    private static final Duration END_OF_CALL = Duration.ofSeconds(5);

    private final RequestTimeline timeline;
    private final SynchronizationContext events;
    private final Consumer<Event> run;
    private final TargetTerms terms;
    private final Executor forClient;
    private final Duration asked;
    private final Silence silence;
    private final CalledMember member = new CalledMember();
    private final LookaheadMessages lookahead = new LookaheadMessages();
    private final List<TargetServiceGenerateRequest> sent = new ArrayList<>();
    private TargetServiceGrpc.@Nullable TargetServiceStub targets;
    private AnswerCheck check = new AnswerCheck(0, 0);
    private Duration firstToken = Duration.ZERO;
    private @Nullable TargetAttempt attempt;
    private int made;
    private boolean complete;
    private boolean over;
    private int wanted = TargetAttempt.MESSAGES_AHEAD;
    private @Nullable GenerationFinished finished;

    /** Sets the counter of what targets say wrongly to 0. A rate over time needs a value before the first. */
    public static void startCounting(Metrics metrics) {
        count(metrics, 0);
    }

    private static void count(Metrics metrics, int messages) {
        metrics.add(Metric.PEER_INVALID, messages, Attributes.of(PEER, "target"));
    }

    /**
     * @param timeline gets the target's stages
     * @param run takes the target's events, in the request's own order
     * @param forClient runs the code that makes a call, at once, in the client's context and trace
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
        this.silence = new Silence(terms.timer(), events, this::silent);
    }

    /**
     * Opens the call and sends its start.
     *
     * @param guessed lookahead that is already known
     * @param vocabSize of the target
     */
    public void start(
            TargetServiceGrpc.TargetServiceStub stub, GenerationStart.Builder start, int[] guessed, int vocabSize) {
        targets = stub;
        check = new AnswerCheck(vocabSize, start.getSampling().getMaxNewTokens());
        firstToken = terms.firstToken(start.getPrompt().getTokenIdsCount());
        start.setLookahead(lookahead.of(0, guessed));
        open();
        send(TargetServiceGenerateRequest.newBuilder().setStart(start).build());
    }

    private void open() {
        TargetServiceGrpc.TargetServiceStub stub = Objects.requireNonNull(targets, "not started");
        made++;
        TargetAttempt next = new TargetAttempt(events, this::take, this::ended);
        attempt = next;
        forClient.execute(() -> {
            var unused = stub.withInterceptors(member).generate(next);
        });
        silence.await(firstToken);
    }

    /** Sends more lookahead, after {@code firstIndex} tokens that were sent before. */
    public void lookahead(int firstIndex, int[] more) {
        speculated(lookahead.of(firstIndex, more));
    }

    /** Tells the target that the lookahead is complete. Speculated tokens may still follow. */
    public void lookaheadComplete() {
        speculated(lookahead.end());
    }

    /** Sends tokens on which the draft speculates. */
    public void speculated(LookaheadTokens tokens) {
        if (!over && !complete) {
            send(TargetServiceGenerateRequest.newBuilder().setLookahead(tokens).build());
        }
    }

    /** Tells the target that nothing more will come from the draft. */
    public void complete() {
        if (!over && !complete && attempt != null) {
            complete = true;
            attempt.halfClose();
        }
    }

    private void send(TargetServiceGenerateRequest message) {
        if (attempt != null) {
            if (check.tokens() == 0) {
                sent.add(message); // kept for another target, as long as none has answered
            }
            attempt.send(message);
        }
    }

    /** Requests as many more messages as were processed. */
    public void next(int messages) {
        if (!over && attempt != null && messages > 0) {
            if (wanted == 0) {
                silence.await(between());
            }
            wanted += messages;
            attempt.request(messages);
        }
    }

    private Duration between() {
        return check.tokens() == 0 ? firstToken : terms.progress().betweenTokens();
    }

    /** Returns the answer's last message. It exists once the run was told that the answer is finished. */
    public GenerationFinished finished() {
        GenerationFinished last = finished;
        if (last == null) {
            throw new IllegalStateException("the target has not finished");
        }
        return last;
    }

    /** Returns the number of targets that were tried. */
    public int attempts() {
        return member.attempts() + made - 1;
    }

    /** Returns the address of the target that was tried last; empty before any was. */
    public String member() {
        return member.address();
    }

    /** Ends the call: nothing more is needed from the target. */
    public void cancel() {
        end();
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private void end() {
        over = true;
        sent.clear();
        silence.calm();
    }

    private void silent(Duration longest) {
        if (over || wanted == 0) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("tokens", check.tokens())
                .addKeyValue("silent_ms", longest.toMillis())
                .log("a target is connected but silent");
        count();
        if (attempt != null) {
            attempt.cancel();
        }
        if (check.tokens() == 0 && made < terms.attempts()) {
            wanted = TargetAttempt.MESSAGES_AHEAD;
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
                        ? TargetFailures.noFirstToken(longest)
                        : lost("sent nothing for " + longest.toMillis() + " ms")));
    }

    private TargetAttempt attempt() {
        return Objects.requireNonNull(attempt, "not started");
    }

    private RequestException lost(String why) {
        return TargetFailures.lost(why, check.tokens());
    }

    private void count() {
        count(terms.metrics(), 1);
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
                    silence.await(between());
                }
                run.accept(new Event.Grew(new TargetDelta(message.getDelta())));
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
            // An unknown event of a newer target. It is no progress, so a stream of nothing else times out.
            case EVENT_NOT_SET -> next(1);
        }
    }

    /** Stops waiting once the answer is complete: the client does not need the end of the call. */
    private void letGo() {
        TargetAttempt last = attempt();
        last.request(1);
        var unused =
                terms.timer().schedule(() -> events.execute(last::cancel), END_OF_CALL.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The call ended, with {@code failure} or, if that is null, without one. */
    private void ended(@Nullable Throwable failure) {
        if (over) {
            return;
        }
        end();
        if (failure == null) {
            count();
            run.accept(new Event.TargetLost(lost("ended its stream without a last message")));
        } else {
            run.accept(new Event.TargetLost(failure, TargetFailures.saysNoRoom(failure)));
        }
    }
}
