package io.speckv.kit.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The stages of one request in one process: each becomes a span under the request's span, a value of the stage histogram,
 * and a {@link StageTime} for the answer. Thread-safe.
 */
public final class RequestTimeline {
    static final AttributeKey<String> STAGE = AttributeKey.stringKey("speckv.stage");
    static final AttributeKey<Long> TOKENS = AttributeKey.longKey("speckv.tokens");

    private final Telemetry telemetry;
    private final Context context;
    private final long startNanos = System.nanoTime();
    private final Instant startTime = Instant.now();
    private final List<StageTime> times = new ArrayList<>();

    private RequestTimeline(Telemetry telemetry, Context context) {
        this.telemetry = telemetry;
        this.context = context;
    }

    /** Returns the timeline of a request that was taken now. The thread's current span must be the request's. */
    public static RequestTimeline start(Telemetry telemetry) {
        return new RequestTimeline(telemetry, Context.current());
    }

    /** Returns the request's trace, to be made current on the threads that work for it. */
    public Context context() {
        return context;
    }

    /** Returns the trace id, 32 hexadecimal digits, or an empty text outside any trace. */
    public String traceId() {
        Span span = Span.fromContext(context);
        return span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
    }

    /** Returns the time since the request was taken. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Begins a stage that ends when the scope is closed. */
    public StageScope open(Stage stage) {
        return new StageScope(this, stage, elapsed());
    }

    /** Adds a stage that code without telemetry measured. Attributes such as budgets go on its span. */
    public void record(StageTime time, Attributes attributes) {
        Instant began = startTime.plus(time.start());
        Span span = telemetry
                .tracer()
                .spanBuilder(time.stage().label())
                .setParent(context)
                .setStartTimestamp(began)
                .setAllAttributes(attributes)
                .setAttribute(TOKENS, (long) time.tokens())
                .startSpan();
        span.end(began.plus(time.elapsed()));
        telemetry
                .metrics()
                .record(
                        Metric.STAGE_DURATION,
                        time.elapsed().toNanos() / (double) TimeUnit.SECONDS.toNanos(1),
                        Attributes.of(STAGE, time.stage().label()));
        keep(List.of(time));
    }

    /** Adds the stages that a called service reported. That service has already made their spans and metrics. */
    public void adopt(List<StageTime> reported, Duration sentAt) {
        keep(reported.stream().map(time -> time.shifted(sentAt)).toList());
    }

    private synchronized void keep(List<StageTime> more) {
        times.addAll(more);
    }

    /** Returns the stages so far, earliest first. */
    public synchronized List<StageTime> times() {
        return times.stream().sorted(Comparator.comparing(StageTime::start)).toList();
    }
}
