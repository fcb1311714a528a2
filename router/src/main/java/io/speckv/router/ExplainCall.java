package io.speckv.router;

import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.admission.Permit;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageScope;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.ExplainResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request to explain: what {@link GenerateCall} does before it asks the target. There is no fallback. */
final class ExplainCall implements DraftEvents {
    private final RouterParts parts;
    private final Generation request;
    private final RequestTimeline timeline;
    private final ServerCallStreamObserver<ExplainResponse> observer;
    private final Context client = Context.current();
    private final SynchronizationContext events = new SynchronizationContext((thread, thrown) -> fail(thrown));
    private @Nullable CompletableFuture<Permit> turn;
    private @Nullable Permit permit;
    private boolean over;
    private @Nullable DraftAnalysis draft;
    private Duration draftAsked = Duration.ZERO;
    private float[] scores = {};

    /** Must be made in the service method, in the call's context. */
    ExplainCall(
            RouterParts parts,
            Generation request,
            RequestTimeline timeline,
            ServerCallStreamObserver<ExplainResponse> observer) {
        this.parts = parts;
        this.request = request;
        this.timeline = timeline;
        this.observer = observer;
        observer.setOnCancelHandler(() -> events.execute(this::release));
    }

    void start() {
        turn = parts.admission().admit(request.prompt().size());
        var unused = turn.thenAccept(admitted -> events.execute(() -> begin(admitted)));
    }

    private void begin(Permit admitted) {
        permit = admitted;
        if (over) {
            admitted.close();
            return;
        }
        try {
            parts.planner()
                    .plan(request.method(), request.prompt(), request.maxNewTokens(), request.sampling())
                    .ifPresentOrElse(this::askDraft, this::answer);
        } catch (DraftFailureException e) {
            draftFailed(e);
        }
    }

    private void askDraft(DraftPlan plan) {
        DraftAnalysis analysis = new DraftAnalysis(plan, events, this);
        draft = analysis;
        draftAsked = timeline.elapsed();
        client.run(() -> InTrace.run(
                timeline.context(),
                () -> analysis.start(parts.drafts(), request.requestId(), parts.draftNanos(client))));
    }

    @Override
    public void scored(float[] promptScores) {
        scores = promptScores;
    }

    @Override
    public void drafted() {}

    @Override
    public void analysed(AnalyseSummary summary) {
        timeline.adopt(StageTime.fromProto(summary.getTimingsList()), draftAsked);
        answer();
    }

    private void answer() {
        Selection selection;
        try (StageScope scope = timeline.open(Stage.SELECT)) {
            selection = Selection.of(request.method().method(), request.prompt().size(), scores);
            var unused = scope.tokens(selection.promptTokens())
                    .attribute(SpanKeys.METHOD, request.method().name())
                    .attribute(SpanKeys.KEPT_TOKENS, (long) selection.kept().length);
        }
        int[] lookahead = draft == null ? new int[0] : draft.lookahead();
        ExplainResponse response =
                new Explanation(parts.tokenizer(), request, selection, scores, lookahead).toProto(timeline);
        if (!over) {
            observer.onNext(response);
            observer.onCompleted();
        }
        release();
    }

    @Override
    public void draftFailed(RuntimeException failure) {
        fail(
                failure instanceof DraftFailureException lost
                        ? RequestException.of(FailureCode.DRAFT_UNAVAILABLE, String.valueOf(lost.getMessage()))
                                .with("fallback_reason", lost.reason())
                        : failure);
    }

    private void fail(Throwable failure) {
        if (!over) {
            observer.onError(failure);
        }
        release();
    }

    private void release() {
        over = true;
        if (turn != null) {
            turn.cancel(false);
        }
        if (permit != null) {
            permit.close();
        }
    }
}
