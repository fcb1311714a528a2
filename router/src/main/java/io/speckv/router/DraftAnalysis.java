package io.speckv.router;

import io.grpc.Deadline;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.LookaheadTokens;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call to the draft: checks what comes and hands it on. Confined to the request's events once started. */
final class DraftAnalysis implements ClientResponseObserver<AnalyseRequest, AnalyseResponse> {
    private final DraftPlan plan;
    private final SynchronizationContext events;
    private final DraftEvents listener;
    private @Nullable ClientCallStreamObserver<?> call;
    private int[] drafted = {};
    private boolean scored;
    private @Nullable AnalyseSummary summary;
    private boolean over;

    DraftAnalysis(DraftPlan plan, SynchronizationContext events, DraftEvents listener) {
        this.plan = plan;
        this.events = events;
        this.listener = listener;
    }

    /**
     * Asks the draft.
     *
     * @param requestId of the request
     * @param nanos that the draft gets
     */
    void start(DraftServiceGrpc.DraftServiceStub drafts, String requestId, long nanos) {
        drafts.withDeadline(Deadline.after(nanos, TimeUnit.NANOSECONDS)).analyse(request(requestId), this);
    }

    /** Returns what the draft is asked. */
    AnalyseRequest request(String requestId) {
        return plan.request().toBuilder().setRequestId(requestId).build();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<AnalyseRequest> requests) {
        isPartOf(requests);
    }

    /** Names the call that brings the messages, instead of {@link #start}. */
    void isPartOf(ClientCallStreamObserver<?> requests) {
        call = requests;
    }

    /** Returns the lookahead so far in the target's tokens. */
    int[] lookahead() {
        return plan.lookahead(drafted);
    }

    /** Returns whether lookahead can go on before all of it is here. */
    boolean sharesTokens() {
        return plan.sharedTokens();
    }

    boolean scores() {
        return plan.scores();
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
            // The draft's message breaks the rule, not the client's.
            fail(invalid("the draft sent a message whose " + e.getMessage()));
            return;
        } catch (DraftFailureException e) {
            fail(e);
            return;
        }
        if (message.hasImportance()) {
            scored = true;
            listener.scored(plan.bridge().scores(scores));
        } else if (message.hasLookahead() && plan.sharedTokens()) {
            listener.drafted();
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
        return new DraftFailureException(FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID, message);
    }

    @Override
    public void onError(Throwable failure) {
        events.execute(() -> fail(RemoteFailures.ofDraft(failure)));
    }

    @Override
    public void onCompleted() {
        events.execute(() -> {
            AnalyseSummary last = summary;
            if (over) {
                return;
            }
            if (last == null || (plan.scores() && !scored)) {
                fail(invalid("the draft ended without " + (last == null ? "a summary" : "scores")));
                return;
            }
            over = true;
            listener.analysed(last);
        });
    }

    private void fail(RuntimeException failure) {
        if (!over) {
            cancel();
            listener.draftFailed(failure);
        }
    }

    /** Returns whether everything came, or no more will. */
    boolean isOver() {
        return over;
    }

    /** Nothing more is wanted. */
    void cancel() {
        over = true;
        if (call != null) {
            call.cancel("the router needs no more", null);
        }
    }
}
