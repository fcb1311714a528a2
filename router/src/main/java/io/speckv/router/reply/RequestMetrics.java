package io.speckv.router.reply;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.cascade.DraftLoss;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.router.run.FallbackReasons;
import io.speckv.selection.prompt.Collapse;
import java.time.Duration;

/** What one answer adds to the router's metrics. */
public final class RequestMetrics {
    private static final AttributeKey<String> TOKEN_TYPE = AttributeKey.stringKey("gen_ai.token.type");
    public static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<String> POOL = AttributeKey.stringKey("speckv.pool");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("speckv.method");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("speckv.fallback.reason");
    private static final AttributeKey<String> COLLAPSE = AttributeKey.stringKey("speckv.collapse");
    private static final String REASON_PREFIX = "FALLBACK_REASON_";
    private static final double NANOS_PER_SECOND = 1e9;

    private final Metrics metrics;
    private final Attributes served;
    private Duration firstToken = Duration.ZERO;

    /**
     * @param model name of the answering model at this router
     * @param pool name of the answering pool; empty for the only one
     */
    RequestMetrics(Metrics metrics, String model, String pool) {
        this.metrics = metrics;
        this.served = pool.isEmpty() ? Attributes.of(MODEL, model) : Attributes.of(MODEL, model, POOL, pool);
    }

    private <T> Attributes with(AttributeKey<T> key, T value) {
        return served.toBuilder().put(key, value).build();
    }

    /** Sets the fallback counter of every reason to 0. A rate over time needs a value before the first fallback. */
    public static void startCounting(Metrics metrics) {
        startCountingCollapses(metrics);
        for (DraftLoss why : DraftLoss.values()) {
            metrics.add(Metric.FALLBACKS, 0, label(FallbackReasons.toProto(why)));
        }
    }

    private static void startCountingCollapses(Metrics metrics) {
        for (Collapse collapse : Collapse.values()) {
            if (collapse != Collapse.NONE) {
                metrics.add(Metric.COLLAPSES, 0, Attributes.of(COLLAPSE, collapse.name()));
            }
        }
    }

    void firstToken(Duration elapsed, String method) {
        firstToken = elapsed;
        metrics.record(Metric.TIME_TO_FIRST_TOKEN, seconds(elapsed), with(METHOD, method));
    }

    void fellBack(FallbackReason reason) {
        metrics.add(Metric.FALLBACKS, 1, label(reason));
    }

    void collapsed(Collapse collapse) {
        metrics.add(Metric.COLLAPSES, 1, Attributes.of(COLLAPSE, collapse.name()));
    }

    private static Attributes label(FallbackReason reason) {
        return Attributes.of(REASON, reason.name().substring(REASON_PREFIX.length()));
    }

    void answered(GenerateFinished finished, Duration elapsed) {
        Attributes method = with(METHOD, finished.getCompression().getAppliedMethod());
        var usage = finished.getUsage();
        metrics.record(Metric.REQUEST_DURATION, seconds(elapsed), method);
        metrics.record(Metric.TOKEN_USAGE, usage.getPromptTokenCount(), with(TOKEN_TYPE, "input"));
        metrics.record(Metric.TOKEN_USAGE, usage.getGeneratedTokenCount(), with(TOKEN_TYPE, "output"));
        metrics.record(
                Metric.KEPT_RATIO,
                usage.getKeptTokenCount() / (double) Math.max(1, usage.getPromptTokenCount()),
                method);
        if (usage.getGeneratedTokenCount() > 1) {
            metrics.record(
                    Metric.TIME_PER_OUTPUT_TOKEN,
                    seconds(elapsed.minus(firstToken)) / (usage.getGeneratedTokenCount() - 1),
                    method);
        }
        var lookahead = finished.getCompression().getLookahead();
        metrics.add(Metric.LOOKAHEAD_RECEIVED, lookahead.getReceivedTokenCount(), method);
        metrics.add(Metric.LOOKAHEAD_ACCEPTED, lookahead.getAcceptedTokenCount(), method);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
