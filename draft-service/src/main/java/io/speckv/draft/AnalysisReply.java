package io.speckv.draft;

import com.google.protobuf.MessageLite;
import io.opentelemetry.api.common.Attributes;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReading;
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
import io.speckv.text.Tokenizer;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response side of one analysis: turns the engine's results into messages, times and metrics.
 *
 * @param <M> the stream's messages
 */
final class AnalysisReply<M extends MessageLite> implements DraftListener {
    private static final Logger LOG = LoggerFactory.getLogger(AnalysisReply.class);

    private final AnalysisRequest analysis;
    private final StreamWriter<M> stream;
    private final Function<AnalyseResponse, M> envelope;
    private final RequestTimeline timeline;
    private final Metrics metrics;
    private final AnalysisMessages messages;
    private final TokenStream text;
    private final StopStrings stops;
    private Duration queued = Duration.ZERO;
    private int drafted;

    AnalysisReply(
            AnalysisRequest analysis,
            Tokenizer tokenizer,
            StreamWriter<M> stream,
            Function<AnalyseResponse, M> envelope,
            RequestTimeline timeline,
            Metrics metrics) {
        this.analysis = analysis;
        this.stream = stream;
        this.envelope = envelope;
        this.timeline = timeline;
        this.metrics = metrics;
        this.messages = new AnalysisMessages(analysis);
        this.text = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
        this.stops = new StopStrings(analysis.sampling().stopStrings());
    }

    StreamWriter<M> stream() {
        return stream;
    }

    /** The analysis has its turn. */
    void begins() {
        queued = timeline.elapsed();
        record(Stage.DRAFT_QUEUE, Duration.ZERO, queued, promptTokens());
        inTrace(() -> LOG.atDebug()
                .addKeyValue("request_id", analysis.requestId())
                .addKeyValue("prompt_tokens", promptTokens())
                .addKeyValue("most_lookahead_tokens", analysis.task().lookaheadTokens())
                .addKeyValue("classified", analysis.classified())
                .addKeyValue("queue_ms", queued.toMillis())
                .log("analysis begins"));
        if (analysis.text() != null) {
            offer(messages.prompt(analysis.text()));
        }
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

    /**
     * The analysis is done.
     *
     * @param reading its results; a classifier's time is part of the prefill's
     */
    void summarise(DraftReading reading) {
        Duration prefill = Duration.ofNanos(reading.prefillNanos());
        Duration lookahead = Duration.ofNanos(reading.lookaheadNanos());
        record(Stage.DRAFT_PREFILL, queued, prefill, promptTokens());
        record(Stage.DRAFT_LOOKAHEAD, queued.plus(prefill), lookahead, drafted);
        metrics.add(Metric.PREFIX_PROMPT, promptTokens(), Attributes.empty());
        metrics.add(Metric.PREFIX_REUSED, reading.reusedTokens(), Attributes.empty());
        boolean stopText = stops.matched().isPresent();
        offer(messages.summary(drafted, messages.finishReason(reading.lookahead(), stopText), timeline.times()));
        inTrace(() -> LOG.atInfo()
                .addKeyValue("request_id", analysis.requestId())
                .addKeyValue("prompt_tokens", promptTokens())
                .addKeyValue("reused_tokens", reading.reusedTokens())
                .addKeyValue("lookahead_tokens", drafted)
                .addKeyValue("queue_ms", queued.toMillis())
                .addKeyValue("prefill_ms", prefill.toMillis())
                .addKeyValue("lookahead_ms", lookahead.toMillis())
                .log("analysed"));
    }

    /** Runs code that writes to the log, in the call's trace. */
    void inTrace(Runnable logging) {
        InTrace.run(timeline.context(), logging);
    }

    /** The analysis failed or was given up. Its resources are already released. */
    void failed(Throwable failure) {
        if (stream.isOver()) {
            metrics.record(Metric.CANCEL_DURATION, stream.secondsSinceOver(), Attributes.empty());
            inTrace(() -> LOG.atInfo()
                    .addKeyValue("request_id", analysis.requestId())
                    .addKeyValue("lookahead_tokens", drafted)
                    .log("given up"));
        }
        stream.fail(failure);
    }

    private int promptTokens() {
        return analysis.task().prompt().length;
    }

    private void record(Stage stage, Duration start, Duration elapsed, int tokens) {
        timeline.record(new StageTime(stage, start, elapsed, tokens), Attributes.empty());
    }

    private void offer(AnalyseResponse message) {
        if (!stream.send(envelope.apply(message)) && !stream.isOver()) {
            throw new IllegalStateException("the outbox has no room for " + message.getEventCase());
        }
    }
}
