package io.speckv.router.run;

import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.cascade.Event;
import io.speckv.cascade.Failure;
import io.speckv.kit.balance.PrefixOption;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.draft.DraftCall;
import io.speckv.router.draft.DraftFailureException;
import io.speckv.router.draft.DraftPlan;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.speculation.Speculation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The draft's part of one request: its calls, which share one time limit, and drafting on while the target answers. Confined to
 * the request's events.
 */
final class RequestDraft {
    private final RouterParts parts;
    private final InferenceRequest request;
    private final RequestTimeline timeline;
    private final SynchronizationContext events;
    private final Context client;
    private final Executor forClient;
    private final Consumer<Event> listener;
    private final Speculation.Listener speculator;
    private @Nullable DraftCall call;
    private @Nullable Speculation speculation;
    private boolean hasFullTime;
    private boolean spoke;
    private boolean askedBefore;
    private long until;

    /**
     * @param events runs the request's events one after the other
     * @param client context of the client's call
     * @param forClient runs the code that makes a call, at once, in the client's context and trace
     * @param listener takes the draft's events, within {@code events}
     * @param speculator takes what is drafted while the target answers
     */
    RequestDraft(
            RouterParts parts,
            InferenceRequest request,
            RequestTimeline timeline,
            SynchronizationContext events,
            Context client,
            Executor forClient,
            Consumer<Event> listener,
            Speculation.Listener speculator) {
        this.parts = parts;
        this.request = request;
        this.timeline = timeline;
        this.events = events;
        this.client = client;
        this.forClient = forClient;
        this.listener = listener;
        this.speculator = speculator;
    }

    /** Asks the draft, or replays a cached analysis of the same prompt. The results reach the request as events. */
    void ask(Effect.AskDraft effect) {
        DraftPlan plan;
        try {
            plan = parts.planner().plan(request, effect.method(), effect.reads());
        } catch (DraftFailureException e) {
            lost(new Event.DraftLost(e.failure()));
            return;
        }
        boolean speculates = effect.last() && maySpeculate() && plan.canSpeculate();
        var known = speculates
                ? Optional.<List<AnalyseResponse>>empty()
                : parts.analyses().find(plan);
        if (known.isPresent()) {
            DraftCall again = new DraftCall(plan, timeline, events, listener);
            call = again;
            again.replay(known.get());
            return;
        }
        Optional<String> silence = parts.directory().draftSilence();
        if (silence.isPresent() || !parts.breaker().mayAsk()) {
            String why = silence.filter(told -> !told.isEmpty()).orElse("it was silent to the last requests");
            lost(new Event.DraftLost(
                    new Failure.WithoutDraft(DraftLoss.UNAVAILABLE, "the draft is left alone for a while: " + why)));
            return;
        }
        DraftCall asked = new DraftCall(plan, timeline, events, this::said);
        call = asked;
        spoke = false;
        long nanos = nanosLeft();
        hasFullTime = nanos == parts.drafting().timeLimit().toNanos();
        if (!speculates) {
            forClient.execute(() -> asked.start(drafts(), request.requestId(), nanos, parts.analyses()));
            return;
        }
        Speculation speculating = new Speculation(asked, request.target().getVocabSize(), events, speculator);
        speculation = speculating;
        forClient.execute(() -> speculating.start(drafts(), request.requestId(), nanos, parts.timer()));
    }

    private DraftServiceGrpc.DraftServiceStub drafts() {
        return PrefixOption.on(parts.drafts(), request.prefix());
    }

    /** Returns the time left: all draft calls of a request share one time limit. */
    private long nanosLeft() {
        long now = System.nanoTime();
        if (!askedBefore) {
            askedBefore = true;
            until = now + parts.draftNanos(client);
        }
        return Math.max(1, until - now);
    }

    private boolean maySpeculate() {
        return request.speculates()
                && parts.drafting().continuing()
                && parts.directory().verifiesLookahead();
    }

    private void said(Event event) {
        if (event instanceof Event.DraftLost lost) {
            speculation = null;
            if (!spoke && lost.failure() instanceof Failure.WithoutDraft without) {
                parts.breaker().lost(without.why(), hasFullTime);
            }
        } else if (!spoke) {
            spoke = true;
            parts.breaker().said();
        }
        listener.accept(event);
    }

    /** Reports the loss after the current event, like any other event. */
    private void lost(Event.DraftLost event) {
        events.execute(() -> listener.accept(event));
    }

    /** Returns whether the draft goes on drafting while the target answers. */
    boolean speculates() {
        return speculation != null;
    }

    /** Passes tokens of the answer to the draft, which drafts what follows. */
    void answered(TokenDelta delta) {
        if (speculation != null) {
            speculation.answered(delta);
        }
    }

    /** Tells the draft that the answer is complete. */
    void answerComplete() {
        if (speculation != null) {
            speculation.complete();
        }
    }

    /** The draft has stopped drafting while the target answers. */
    void speculationEnded() {
        speculation = null;
    }

    /** Returns the address of the draft that was asked last; empty if none was, as where its analysis was kept. */
    String member() {
        return call == null ? "" : call.member().address();
    }

    /** Ends the call to the draft, if there is one. Nothing more can be told to a draft that speculates. */
    void cancel() {
        speculation = null;
        if (call != null) {
            call.cancel();
        }
    }
}
