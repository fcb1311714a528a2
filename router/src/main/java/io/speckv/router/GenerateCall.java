package io.speckv.router;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.speckv.kit.admission.Permit;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageScope;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TokenDelta;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from admission to its last token: the draft scores, the method selects, the target answers. Everything
 * happens in {@link #events}, one event after the other, whichever of client, draft and target it comes from; what an
 * event throws fails the request. Calls are made in the client's {@link Context}: its deadline and its going away reach
 * draft and target without further ado.
 */
final class GenerateCall implements DraftEvents, ContinuedDraft.Listener, TargetEvents {
    private static final Logger LOG = LoggerFactory.getLogger(GenerateCall.class);

    private final RouterParts parts;
    private final Generation request;
    private final RequestTimeline timeline;
    private final RequestMetrics metrics;
    private final Context client = Context.current();
    private final SynchronizationContext events = new SynchronizationContext((thread, thrown) -> fail(thrown));
    private final ArrayDeque<GenerateResponse> refused = new ArrayDeque<>();
    private @Nullable AnswerSink sink;
    private volatile @Nullable CompletableFuture<Permit> turn;
    private @Nullable Permit permit;
    private boolean over;

    private RequestedMethod applied;
    private FallbackReason fallbackReason = FallbackReason.FALLBACK_REASON_UNSPECIFIED;
    private int[] guessed = {};
    private @Nullable DraftAnalysis draft;
    private @Nullable ContinuedDraft continued;
    private boolean drafting;
    private Duration draftAsked = Duration.ZERO;
    private float[] scores = {};
    private Selection selection = new Selection(0, new int[0]);
    private @Nullable TargetStream target;
    private Duration targetAsked = Duration.ZERO;
    private boolean began;
    private boolean answered;
    private int generated;
    private int workedOff;
    private final IntStream.@Nullable Builder compared;

    /** Must be made in the service method, in the call's context. */
    GenerateCall(RouterParts parts, Generation request, RequestTimeline timeline) {
        this.parts = parts;
        this.request = request;
        this.timeline = timeline;
        this.metrics = new RequestMetrics(parts.telemetry().metrics());
        this.applied = request.method();
        this.compared = parts.shadow().samples(request) ? IntStream.builder() : null;
    }

    void start(AnswerSink answer) {
        sink = answer;
        answer.onRoom(() -> events.execute(this::sendRefused));
        try {
            turn = parts.admission().admit(request.prompt().size());
        } catch (RequestException e) {
            answer.fail(e);
            return;
        }
        var unused = turn.thenAccept(admitted -> events.execute(() -> begin(admitted)));
    }

    /** Ends the call with {@code failure}, wherever it is. */
    void stop(RequestException failure) {
        events.execute(() -> fail(failure));
    }

    /** The answer is sent, or the client went away. */
    void answerOver() {
        events.execute(() -> {
            over = true;
            CompletableFuture<Permit> waiting = turn;
            if (waiting != null) {
                waiting.cancel(false);
            }
            if (permit != null) {
                permit.close();
            }
        });
    }

    private void begin(Permit admitted) {
        if (over) {
            admitted.close();
            return;
        }
        permit = admitted;
        try {
            parts.planner()
                    .plan(request.method(), request.prompt(), request.maxNewTokens(), request.sampling())
                    .ifPresentOrElse(this::askDraft, this::askTarget);
        } catch (DraftFailureException e) {
            fallBack(e);
        }
    }

    private void askDraft(DraftPlan plan) {
        DraftAnalysis analysis = new DraftAnalysis(plan, events, this);
        draft = analysis;
        drafting = true;
        draftAsked = timeline.elapsed();
        long nanos = parts.draftNanos(client);
        if (!request.continuesDrafting() || !parts.drafting().continuing() || !plan.canContinue()) {
            forClient(() -> analysis.start(parts.drafts(), request.requestId(), nanos));
            return;
        }
        ContinuedDraft call = new ContinuedDraft(analysis, request.target().getVocabSize(), events, this);
        continued = call;
        forClient(() -> call.start(parts.drafts(), request.requestId(), nanos, parts.timer()));
    }

    private void forClient(Runnable call) {
        client.run(() -> InTrace.run(timeline.context(), call));
    }

    @Override
    public void scored(float[] promptScores) {
        scores = promptScores;
        askTarget();
    }

    @Override
    public void drafted() {
        if (target != null && draft != null) {
            target.lookahead(draft.lookahead());
        } else if (draft != null && !draft.scores()) {
            askTarget();
        }
    }

    @Override
    public void analysed(AnalyseSummary summary) {
        drafting = false;
        timeline.adopt(StageTime.fromProto(summary.getTimingsList()), draftAsked);
        if (target == null) {
            askTarget();
        } else if (draft != null) {
            target.lookahead(draft.lookahead());
            lookaheadComplete(target);
        }
    }

    private void lookaheadComplete(TargetStream stream) {
        if (continued == null) {
            stream.complete();
        } else {
            stream.lookaheadComplete();
        }
    }

    @Override
    public void expected(LookaheadTokens tokens) {
        if (target != null) {
            target.expected(tokens);
        }
    }

    @Override
    public void draftEnded() {
        continued = null;
        if (target != null) {
            target.complete();
        }
    }

    @Override
    public void draftFailed(RuntimeException failure) {
        drafting = false;
        continued = null;
        boolean undone = !began && applied.method().cache().lookaheadChooses(selection.kept().length);
        if (target != null && !undone) {
            // What came is enough: the rest of the lookahead would only have saved time.
            target.complete();
            return;
        }
        if (target != null) {
            target.cancel();
            target = null;
        }
        if (failure instanceof DraftFailureException lost) {
            fallBack(lost);
        } else {
            fail(failure);
        }
    }

    private void fallBack(DraftFailureException lost) {
        Optional<Substitute> substitute = parts.fallbacks().plan(request);
        if (substitute.isEmpty()) {
            fail(RequestException.of(FailureCode.DRAFT_UNAVAILABLE, String.valueOf(lost.getMessage()))
                    .with("fallback_reason", lost.reason()));
            return;
        }
        metrics.fellBack(lost.reason());
        applied = substitute.get().method();
        guessed = substitute.get().lookahead();
        fallbackReason = lost.reason();
        draft = null;
        scores = new float[0];
        askTarget();
    }

    private void askTarget() {
        try (StageScope scope = timeline.open(Stage.SELECT)) {
            selection = Selection.of(applied.method(), request.prompt().size(), scores);
            var unused = scope.tokens(selection.promptTokens())
                    .attribute(SpanKeys.METHOD, applied.name())
                    .attribute(SpanKeys.KEPT_TOKENS, (long) selection.kept().length);
        }
        selection.requireAtMost(request.target().getMaxPromptTokenCount());
        TargetStream stream = new TargetStream(events, this, parts.terms());
        target = stream;
        targetAsked = timeline.elapsed();
        boolean known = draft != null && (!drafting || draft.sharesTokens());
        int[] lookahead = known && draft != null ? draft.lookahead() : guessed;
        forClient(() -> stream.start(
                parts.targets(), generationStart(), lookahead, request.target().getVocabSize()));
        if (!drafting) {
            lookaheadComplete(stream);
        }
    }

    private GenerationStart.Builder generationStart() {
        return GenerationStart.newBuilder()
                .setRequestId(request.requestId())
                .setPrompt(selection.toProto(request.prompt().ids(), applied.method(), scores))
                .setMethod(applied.message())
                .setSampling(request.sampling())
                .setLookaheadWait(
                        Durations.fromNanos(parts.drafting().lookaheadWait().toNanos()))
                .setTokenizerFingerprint(parts.tokenizer().fingerprint())
                .setReportKvPositions(request.report().getKvPositions())
                .setLookaheadContinues(continued != null);
    }

    @Override
    public void grown(TokenDelta delta) {
        open();
        generated += delta.getTokenIdsCount();
        if (compared != null) {
            delta.getTokenIdsList().forEach(compared::add);
        }
        send(GenerateResponse.newBuilder().setDelta(delta).build());
        if (continued != null) {
            continued.answered(delta);
        }
        workedOff++;
        takeMore();
    }

    private void takeMore() {
        if (refused.isEmpty() && target != null) {
            target.next(workedOff);
            workedOff = 0;
        }
    }

    private void open() {
        if (!began) {
            began = true;
            metrics.firstToken(timeline.elapsed(), applied.name());
            send(GenerateResponse.newBuilder()
                    .setStarted(GenerateStarted.newBuilder()
                            .setRequestId(request.requestId())
                            .setTraceId(timeline.traceId())
                            .setModel(request.target().getName()))
                    .build());
        }
    }

    @Override
    public void answered(GenerationFinished finished) {
        open();
        if (continued != null) {
            continued.complete();
        }
        timeline.adopt(StageTime.fromProto(finished.getTimingsList()), targetAsked);
        int attempts = target == null ? 0 : target.attempts();
        GenerateFinished last = new CompressionFigures(request, applied, fallbackReason, selection)
                .finished(finished, attempts, timeline.times());
        send(GenerateResponse.newBuilder().setFinished(last).build());
        answered = true;
        metrics.answered(last, timeline.elapsed());
        if (compared != null) {
            parts.shadow().compare(request, applied.name(), compared.build().toArray());
        }
        LOG.atInfo()
                .addKeyValue("request_id", request.requestId())
                .addKeyValue("method", applied.name())
                .addKeyValue("fallback", fallbackReason)
                .addKeyValue("prompt_tokens", request.prompt().size())
                .addKeyValue("kept_tokens", selection.kept().length)
                .addKeyValue("new_tokens", generated)
                .addKeyValue("target_attempts", attempts)
                .addKeyValue("total_ms", timeline.elapsed().toMillis())
                .log("answered");
        if (refused.isEmpty()) {
            finish();
        }
    }

    private void send(GenerateResponse message) {
        if (sink != null && (!refused.isEmpty() || !sink.offer(message))) {
            refused.add(message);
        }
    }

    private void sendRefused() {
        if (sink == null || refused.isEmpty()) {
            return;
        }
        while (!refused.isEmpty() && sink.offer(refused.element())) {
            refused.remove();
        }
        if (!refused.isEmpty()) {
            return;
        }
        if (answered) {
            finish();
        } else {
            takeMore();
        }
    }

    private void finish() {
        if (sink != null) {
            sink.finish();
        }
    }

    @Override
    public void targetFailed(Throwable failure) {
        fail(RemoteFailures.ofTarget(failure, generated));
    }

    /** Ends the call; what still runs for it ends with it. */
    private void fail(Throwable failure) {
        if (sink != null) {
            sink.fail(failure);
        }
    }
}
