package io.speckv.enginetarget;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.proto.v1.GenerationFinished;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds an answer's figures to metrics and log. Thread-safe. */
final class AnswerMeasures {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerMeasures.class);
    private static final AttributeKey<String> TOKEN_TYPE = AttributeKey.stringKey("gen_ai.token.type");
    private static final double NANOS_PER_SECOND = 1e9;

    private final Metrics metrics;

    AnswerMeasures(Metrics metrics) {
        this.metrics = metrics;
    }

    void firstToken(Duration elapsed) {
        metrics.record(Metric.TIME_TO_FIRST_TOKEN, seconds(elapsed), Attributes.empty());
    }

    /** The engine is asked for an answer. */
    void begun(EngineOrder order, RequestTimeline timeline, Duration queued) {
        InTrace.run(
                timeline.context(),
                () -> LOG.atDebug()
                        .addKeyValue("request_id", order.request().id())
                        .addKeyValue("prompt_tokens", order.originalTokens())
                        .addKeyValue("kept_tokens", order.promptTokens())
                        .addKeyValue("most_new_tokens", order.newTokens())
                        .addKeyValue("queue_ms", queued.toMillis())
                        .log("generation begins"));
    }

    void answered(
            EngineOrder order,
            RequestTimeline timeline,
            GenerationFinished finished,
            Duration firstToken,
            Duration total) {
        int generated = finished.getUsage().getGeneratedTokenCount();
        metrics.record(Metric.REQUEST_DURATION, seconds(total), Attributes.empty());
        metrics.record(Metric.TOKEN_USAGE, order.promptTokens(), Attributes.of(TOKEN_TYPE, "input"));
        metrics.record(Metric.TOKEN_USAGE, generated, Attributes.of(TOKEN_TYPE, "output"));
        if (generated > 1) {
            metrics.record(
                    Metric.TIME_PER_OUTPUT_TOKEN,
                    seconds(total.minus(firstToken)) / (generated - 1),
                    Attributes.empty());
        }
        if (finished.getUsage().hasCachedTokenCount()) {
            metrics.add(Metric.PREFIX_PROMPT, order.promptTokens(), Attributes.empty());
            metrics.add(Metric.PREFIX_REUSED, finished.getUsage().getCachedTokenCount(), Attributes.empty());
        }
        InTrace.run(
                timeline.context(),
                () -> LOG.atInfo()
                        .addKeyValue("request_id", order.request().id())
                        .addKeyValue("kept_tokens", order.promptTokens())
                        .addKeyValue("cached_tokens", finished.getUsage().getCachedTokenCount())
                        .addKeyValue("new_tokens", generated)
                        .addKeyValue("ending", finished.getFinishReason())
                        .addKeyValue("first_token_ms", firstToken.toMillis())
                        .addKeyValue("total_ms", total.toMillis())
                        .log("generated"));
    }

    void givenUp(EngineOrder order, RequestTimeline timeline, int tokens, double secondsSince) {
        metrics.record(Metric.CANCEL_DURATION, secondsSince, Attributes.empty());
        InTrace.run(
                timeline.context(),
                () -> LOG.atInfo()
                        .addKeyValue("request_id", order.request().id())
                        .addKeyValue("new_tokens", tokens)
                        .log("given up"));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
