package io.speckv.draft;

import io.opentelemetry.api.common.Attributes;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.OpenDraft;
import io.speckv.kit.admission.Permit;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call to analyse, from the queue to its summary, and on where the draft goes on. The engine's thread runs it; the
 * stream's end stops it.
 *
 * @param <M> the stream's messages
 */
final class AnalysisCall<M> implements DraftListener {
    private static final Logger LOG = LoggerFactory.getLogger(AnalysisCall.class);

    private final DraftEngine engine;
    private final Analysis analysis;
    private final RequestTimeline timeline;
    private final Metrics metrics;
    private final AnalysisMessages messages;
    private final Function<AnalyseResponse, M> envelope;
    private final @Nullable Continuation<M> continuation;
    private final TokenStream text;
    private final StopStrings stops;
    private @Nullable StreamWriter<M> writer;
    private volatile @Nullable CompletableFuture<Permit> turn;
    private int drafted;

    /** What follows the summary, before the slot is given back. */
    interface Continuation<T> {
        void run(OpenDraft draft, StreamWriter<T> stream);
    }

    /**
     * @param continuation null where the summary is the end
     */
    AnalysisCall(
            DraftEngine engine,
            Analysis analysis,
            RequestTimeline timeline,
            Metrics metrics,
            Function<AnalyseResponse, M> envelope,
            @Nullable Continuation<M> continuation) {
        this.engine = engine;
        this.analysis = analysis;
        this.timeline = timeline;
        this.metrics = metrics;
        this.messages = new AnalysisMessages(analysis);
        this.envelope = envelope;
        this.continuation = continuation;
        this.text = new TokenStream(engine.model().tokenizer(), SpecialTokens.EXCLUDED);
        this.stops = new StopStrings(analysis.sampling().stopStrings());
    }

    void start(StreamWriter<M> stream) {
        writer = stream;
        try {
            turn = engine.admission().admit(analysis.task().prompt().length);
        } catch (RequestException e) {
            stream.fail(e);
            return;
        }
        if (stream.isOver()) {
            streamOver();
        }
        var unused = turn.thenAccept(permit -> engine.execute(() -> run(permit, stream)));
    }

    /** The client went away or everything is sent: gives the place in the queue up, or stops the work. */
    void streamOver() {
        CompletableFuture<Permit> waiting = turn;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void run(Permit permit, StreamWriter<M> stream) {
        try (permit) {
            if (!stream.isOver()) {
                InTrace.run(timeline.context(), () -> analyse(stream));
            }
        } catch (RuntimeException | Error e) {
            stream.fail(e);
        }
    }

    private void analyse(StreamWriter<M> stream) {
        Duration queued = timeline.elapsed();
        timeline.record(
                new StageTime(
                        Stage.DRAFT_QUEUE,
                        Duration.ZERO,
                        queued,
                        analysis.task().prompt().length),
                Attributes.empty());
        if (analysis.text() != null) {
            offer(messages.prompt(analysis.text()));
        }
        DraftEngine.Analysing analysing = engine.beginAnalysis();
        try {
            if (continuation == null) {
                summarise(engine.analyse(analysis, stream::isOver, this), queued);
            } else {
                try (OpenDraft draft = engine.open(analysis.task(), stream::isOver, this)) {
                    summarise(draft.reading(), queued);
                    analysing.end();
                    continuation.run(draft, stream);
                }
            }
        } finally {
            analysing.end();
            if (stream.isOver()) {
                metrics.record(Metric.CANCEL_DURATION, stream.secondsSinceOver(), Attributes.empty());
            }
        }
        stream.finish();
    }

    private void summarise(DraftReading reading, Duration queued) {
        int promptTokens = analysis.task().prompt().length;
        Duration prefill = Duration.ofNanos(reading.prefillNanos());
        timeline.record(new StageTime(Stage.DRAFT_PREFILL, queued, prefill, promptTokens), Attributes.empty());
        timeline.record(
                new StageTime(
                        Stage.DRAFT_LOOKAHEAD,
                        queued.plus(prefill),
                        Duration.ofNanos(reading.lookaheadNanos()),
                        drafted),
                Attributes.empty());
        metrics.add(Metric.PREFIX_PROMPT, promptTokens, Attributes.empty());
        metrics.add(Metric.PREFIX_REUSED, reading.reusedTokens(), Attributes.empty());
        boolean stopText = stops.matched().isPresent();
        offer(messages.summary(drafted, messages.finishReason(reading.lookahead(), stopText), timeline.times()));
        LOG.atInfo()
                .addKeyValue("request_id", analysis.requestId())
                .addKeyValue("prompt_tokens", promptTokens)
                .addKeyValue("reused_tokens", reading.reusedTokens())
                .addKeyValue("lookahead_tokens", drafted)
                .addKeyValue("queue_ms", queued.toMillis())
                .addKeyValue("prefill_ms", prefill.toMillis())
                .addKeyValue("lookahead_ms", reading.lookaheadNanos() / 1_000_000)
                .log("analysed");
    }

    @Override
    public void scored(float[] scores) {
        offer(messages.scores(scores));
    }

    @Override
    public boolean drafted(int token) {
        String piece = stops.accept(text.accept(token));
        offer(messages.lookahead(drafted, token, piece));
        drafted++;
        boolean inTime =
                timeline.elapsed().toNanos() < analysis.lookaheadNanos().orElse(Long.MAX_VALUE);
        return inTime && stops.matched().isEmpty();
    }

    private void offer(AnalyseResponse message) {
        StreamWriter<M> stream = writer;
        if (stream != null && !stream.offer(envelope.apply(message)) && !stream.isOver()) {
            throw new IllegalStateException("the outbox has no room for " + message.getEventCase());
        }
    }
}
