package io.speckv.router.draft;

import io.grpc.Deadline;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Event;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.CalledMember;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.LookaheadTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call to the draft: checks its messages and passes them on. Confined to the request's events once started. */
public final class DraftCall implements ClientResponseObserver<AnalyseRequest, AnalyseResponse> {
    private final DraftPlan plan;
    private final RequestTimeline timeline;
    private final SynchronizationContext events;
    private final Consumer<Event> run;
    private final Duration asked;
    private final CalledMember member = new CalledMember();
    private @Nullable ClientCallStreamObserver<?> call;
    private int[] drafted = {};
    private int told;
    private boolean scored;
    private @Nullable AnalyseSummary summary;
    private boolean over;
    private @Nullable AnalysisCache cache;
    private final List<AnalyseResponse> said = new ArrayList<>();

    /**
     * @param timeline gets the draft's stages
     * @param run takes the draft's messages, in the request's own order of events
     */
    public DraftCall(DraftPlan plan, RequestTimeline timeline, SynchronizationContext events, Consumer<Event> run) {
        this.plan = plan;
        this.timeline = timeline;
        this.events = events;
        this.run = run;
        this.asked = timeline.elapsed();
    }

    /**
     * Asks the draft.
     *
     * @param requestId of the request
     * @param nanos the draft's time limit
     * @param analyses keeps the analysis once it is complete
     */
    public void start(DraftServiceGrpc.DraftServiceStub drafts, String requestId, long nanos, AnalysisCache analyses) {
        cache = analyses.takes(plan) ? analyses : null;
        drafts.withInterceptors(member)
                .withDeadline(Deadline.after(nanos, TimeUnit.NANOSECONDS))
                .analyse(request(requestId), this);
    }

    /** Uses the messages of an earlier analysis, instead of {@link #start}. */
    public void replay(List<AnalyseResponse> messages) {
        messages.forEach(this::onNext);
        onCompleted();
    }

    /** Returns what the draft is asked. */
    public AnalyseRequest request(String requestId) {
        return plan.request().toBuilder().setRequestId(requestId).build();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<AnalyseRequest> requests) {
        isPartOf(requests);
    }

    /** Sets the call that brings the messages, where {@link #start} is not used. */
    public void isPartOf(ClientCallStreamObserver<?> requests) {
        call = requests;
    }

    /** Returns what finds out which member of the pool is called. */
    public CalledMember member() {
        return member;
    }

    /** Returns the number of lookahead tokens so far, in the target's tokens. */
    public int lookaheadTokens() {
        return plan.lookahead(drafted).length;
    }

    /** Returns the lookahead that the run has not received yet, in the target's tokens. */
    private int[] untold() {
        int[] all = plan.lookahead(drafted);
        int[] more = Arrays.copyOfRange(all, told, all.length);
        told = all.length;
        return more;
    }

    @Override
    public void onNext(AnalyseResponse message) {
        events.execute(() -> {
            if (!over) {
                take(message);
            }
        });
    }

    private void take(AnalyseResponse message) {
        if (cache != null && !message.hasSummary()) {
            said.add(message);
        }
        float[] scores = {};
        try {
            if (message.hasImportance()) {
                scores = ScoreVectors.fromProto(message.getImportance(), "importance");
                requireValid(scores.length == plan.promptTokens() && !scored, "a wrong number of scores");
            } else if (message.hasLookahead()) {
                append(message.getLookahead().getTokens());
            } else if (message.hasSummary()) {
                summary = message.getSummary();
            }
        } catch (RequestException e) {
            // The draft's message breaks the rule, not the client's request.
            fail(invalid("the draft sent a message whose " + e.getMessage()).failure());
            return;
        } catch (DraftFailureException e) {
            fail(e.failure());
            return;
        }
        if (message.hasImportance()) {
            scored = true;
            run.accept(new Event.Scored(plan.bridge().scores(scores)));
        } else if (message.hasLookahead() && plan.sharedTokens()) {
            // With two vocabularies the target's tokens may still change until the last draft token is here.
            run.accept(new Event.LookaheadGrew(untold()));
        }
    }

    private void append(LookaheadTokens tokens) {
        int[] more = RequestFields.tokens(tokens.getTokenIdsList(), "lookahead", plan.draftVocabSize());
        requireValid(tokens.getFirstIndex() == drafted.length, "lookahead with a gap");
        int[] all = Arrays.copyOf(drafted, drafted.length + more.length);
        System.arraycopy(more, 0, all, drafted.length, more.length);
        drafted = all;
    }

    private static void requireValid(boolean valid, String what) {
        if (!valid) {
            throw invalid("the draft sent " + what);
        }
    }

    private static DraftFailureException invalid(String message) {
        return new DraftFailureException(DraftLoss.RESULT_INVALID, message);
    }

    @Override
    public void onError(Throwable failure) {
        events.execute(() -> fail(DraftFailures.of(failure)));
    }

    @Override
    public void onCompleted() {
        events.execute(() -> {
            AnalyseSummary last = summary;
            if (over) {
                return;
            }
            if (last == null) {
                fail(invalid("the draft ended without a summary").failure());
                return;
            }
            over = true;
            keep(last);
            timeline.adopt(StageTime.fromProto(last.getTimingsList()), asked);
            run.accept(new Event.DraftDone(untold()));
        });
    }

    /** Keeps the analysis for the next request that asks the same, unless a time limit cut its lookahead. */
    private void keep(AnalyseSummary last) {
        AnalyseRequest request = plan.request();
        int wanted = request.getLookaheadTokens() + request.getScoring().getLookaheadTokens();
        boolean mayBeCut = request.hasLookaheadTimeLimit()
                && last.getFinishReason() == FinishReason.FINISH_REASON_UNSPECIFIED
                && last.getLookaheadTokenCount() < wanted;
        if (cache != null && !mayBeCut) {
            said.add(AnalyseResponse.newBuilder()
                    .setSummary(last.toBuilder().clearTimings())
                    .build());
            cache.keep(plan, said);
            said.clear();
        }
    }

    private void fail(Failure failure) {
        if (!over) {
            cancel();
            run.accept(new Event.DraftLost(failure));
        }
    }

    /** Returns the number of messages that wait to be cached: 0 if the plan is not cached, and once they are stored. */
    int held() {
        return said.size();
    }

    /** Returns whether the call has ended, with or without a complete analysis. */
    public boolean isOver() {
        return over;
    }

    /** Ends the call: the request needs nothing more from the draft. */
    public void cancel() {
        over = true;
        if (call != null) {
            call.cancel("the router needs no more", null);
        }
    }
}
