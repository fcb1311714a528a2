package io.speckv.router.run;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.speckv.cascade.CascadeDriver;
import io.speckv.cascade.CascadeRequest;
import io.speckv.cascade.CascadeRequest.Goal;
import io.speckv.cascade.CascadeRun;
import io.speckv.cascade.Choice;
import io.speckv.cascade.Effect;
import io.speckv.cascade.Event;
import io.speckv.cascade.Fallback;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.balance.PrefixOption;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.request.RequestedMethod;
import io.speckv.router.speculation.Speculation;
import io.speckv.router.target.KeptPrompts;
import io.speckv.router.target.TargetCall;
import io.speckv.router.target.TargetDelta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request from admission to its last token. Performs over gRPC what {@link CascadeRun} decides. Events from client, draft
 * and target run one after the other in {@link #events}; an exception in one of them fails the request. Calls are made in the
 * client's {@link Context}, so its deadline and its cancellation reach draft and target by themselves.
 */
public final class RequestRun implements CascadeDriver, Speculation.Listener {
    private final RouterParts parts;
    private final InferenceRequest request;
    private final RequestTimeline timeline;
    private final RunReply reply;
    private final CascadeRun run;
    private final Context client = Context.current();
    private final SynchronizationContext events = new SynchronizationContext((thread, thrown) -> broke(thrown));
    private final QueuePlace place = new QueuePlace();
    private final RequestDraft draft;
    private final RequestLog log;
    private @Nullable TargetCall target;
    private boolean fellBack;
    private boolean replied;

    /**
     * Must be made in the service method, in the call's context.
     *
     * @param reply takes the results
     */
    public RequestRun(
            RouterParts parts, InferenceRequest request, Goal goal, RequestTimeline timeline, RunReply reply) {
        this.parts = parts;
        this.request = request;
        this.timeline = timeline;
        this.reply = reply;
        this.log = new RequestLog(parts.pool(), request, timeline);
        this.draft = new RequestDraft(parts, request, timeline, events, client, this::forClient, this::take, this);
        this.run = new CascadeRun(new CascadeRequest(
                request.prompt().ids(),
                request.structure().stretches(),
                request.structure().mark(),
                request.method().method(),
                request.maxNewTokens(),
                request.target().getMaxPromptTokenCount(),
                parts.directory().abilities(),
                request.compressFrom(),
                goal == Goal.ANSWER ? parts.fallbacks().of(request) : new Fallback.Fail(),
                goal,
                parts.wholeOnCollapse()));
    }

    /**
     * Waits for the request's turn, and begins. Must be called in the service method.
     *
     * @param over runs when the client has read the end of the answer, or has gone, and no event is left that works with the
     *     request's parts
     */
    public void start(Runnable over) {
        reply.onRoom(() -> happens(new Event.RoomCame()));
        reply.onClosed(() -> events.execute(() -> {
            try {
                // The stream also closes where the router itself gives it up.
                if (hasClientLeft()) {
                    log.closed();
                }
                take(new Event.ClientLeft());
            } finally {
                replied = true;
                over.run();
            }
        }));
        try {
            place.enter(parts.admission(), request.prompt().size(), this::startNow);
        } catch (RequestException e) {
            happens(new Event.Broke(e));
        }
    }

    /** Begins at once, without a place in the queue. */
    void startNow() {
        happens(new Event.Admitted());
    }

    /** Ends the request with {@code failure} at any stage, and drops what the client has not read. */
    public void stop(RequestException failure) {
        events.execute(() -> failWith(failure));
    }

    /** Takes an event in its turn, from any thread. */
    private void happens(Event event) {
        events.execute(() -> take(event));
    }

    /**
     * Fails the request. An exception may come while the reply is given, which the run takes as done: then no effect fails the
     * request, and the client would wait for ever.
     */
    private void broke(Throwable thrown) {
        take(new Event.Broke(thrown));
        if (!replied) {
            events.execute(() -> failWith(thrown));
        }
    }

    private void take(Event event) {
        Duration began = timeline.elapsed();
        List<Effect> effects = run.on(event);
        effects.forEach(effect -> timeSelection(effect, began));
        effects.forEach(effect -> effect.perform(this));
    }

    private void timeSelection(Effect effect, Duration began) {
        Choice choice = effect instanceof Effect.AskTarget ask
                ? ask.choice()
                : effect instanceof Effect.Explain explain ? explain.choice() : null;
        if (choice != null) {
            Duration took = timeline.elapsed().minus(began);
            int promptTokens = choice.prompt().originalTokens();
            reply.selected(choice, new StageTime(Stage.SELECT, began, took, promptTokens));
        }
    }

    private void forClient(Runnable call) {
        client.run(() -> InTrace.run(timeline.context(), call));
    }

    @Override
    public void askDraft(Effect.AskDraft effect) {
        draft.ask(effect);
    }

    @Override
    public void askNgrams(Effect.AskNgrams effect) {
        int[] guess = parts.fallbacks().guess(request, effect.mostTokens());
        happens(new Event.DraftDone(guess));
    }

    @Override
    public void fallBack(Effect.FallBack effect) {
        draft.cancel();
        // A substitute without room in the target has another one: still the same fallback.
        if (!fellBack && !hasClientLeft()) {
            fellBack = true;
            reply.fellBack(effect.why());
        }
    }

    @Override
    public void askTarget(Effect.AskTarget effect) {
        log.chosen(effect.choice(), draft.member());
        TargetCall call = new TargetCall(timeline, events, this::take, parts.terms(), this::forClient);
        target = call;
        call.start(
                PrefixOption.on(parts.targets(), request.prefix()),
                start(effect.choice()),
                effect.lookahead(),
                request.target().getVocabSize());
    }

    private GenerationStart.Builder start(Choice choice) {
        RequestedMethod applied = parts.fallbacks().applied(request, choice);
        return GenerationStart.newBuilder()
                .setRequestId(request.requestId())
                .setPrompt(KeptPrompts.toProto(
                        choice.prompt(), request.structure().parts().tokens()))
                .setMethod(applied.message())
                .setSampling(request.sampling())
                .setEngine(request.engine())
                .setLookaheadWait(Durations.fromNanos(
                        applied.lookaheadWait(parts.drafting().lookaheadWait()).toNanos()))
                .setTokenizerFingerprint(parts.tokenizer().fingerprint())
                .setReportKvPositions(request.report().getKvPositions())
                .setLookaheadContinues(draft.speculates());
    }

    @Override
    public void sendLookahead(Effect.SendLookahead effect) {
        if (target != null) {
            target.lookahead(effect.firstIndex(), effect.tokens());
        }
    }

    @Override
    public void complete() {
        if (target != null && draft.speculates()) {
            target.lookaheadComplete();
        } else if (target != null) {
            target.complete();
        }
    }

    @Override
    public void speculated(LookaheadTokens tokens) {
        if (target != null) {
            target.speculated(tokens);
        }
    }

    @Override
    public void speculationEnded() {
        draft.speculationEnded();
        complete();
    }

    @Override
    public void cancelDraft() {
        draft.cancel();
    }

    @Override
    public void cancelTarget() {
        if (target != null) {
            target.cancel();
        }
    }

    @Override
    public void begin(Effect.Begin effect) {
        reply.begin(effect.choice());
    }

    @Override
    public void reply(Effect.Reply effect) {
        TargetDelta piece = (TargetDelta) effect.piece();
        boolean goesOn = reply.send(piece.message());
        draft.answered(piece.message());
        if (goesOn) {
            happens(new Event.RoomCame());
        }
    }

    @Override
    public void takeMore(Effect.TakeMore effect) {
        if (target != null) {
            target.next(effect.pieces());
        }
    }

    @Override
    public void finish(Effect.Finish effect) {
        draft.answerComplete();
        if (target != null) {
            log.answered(target.member(), target.attempts());
            reply.finish(effect, target.finished(), target.attempts());
            replied = true;
        }
    }

    @Override
    public void explain(Effect.Explain effect) {
        log.chosen(effect.choice(), draft.member());
        log.explained();
        reply.explain(effect);
        replied = true;
    }

    @Override
    public void fail(Effect.Fail effect) {
        failWith(RequestFailures.of(effect.failure()));
    }

    private void failWith(Throwable failure) {
        replied = true;
        if (hasClientLeft()) {
            log.closed();
        } else {
            log.failed(failure, draft.member(), target == null ? "" : target.member());
        }
        reply.fail(failure);
    }

    /**
     * A client that goes away cancels the calls of its request, whose ends may be seen before its own: then the context knows. Of
     * its own end the context may hear later than the reply.
     */
    private boolean hasClientLeft() {
        boolean gone = client.isCancelled() || reply.isCancelled();
        return gone && !(client.cancellationCause() instanceof TimeoutException);
    }

    @Override
    public void release() {
        place.leave();
    }
}
