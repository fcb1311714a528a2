package io.speckv.kit.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** Runs work with a given trace as the thread's current one, for spans, outgoing calls and log lines. */
public final class InTrace {
    private static final String TRACE_ID = "trace_id";
    private static final String SPAN_ID = "span_id";

    private InTrace() {}

    /** Runs {@code work} in {@code context}, and then restores the thread's trace. */
    public static void run(Context context, Runnable work) {
        call(context, () -> {
            work.run();
            return true;
        });
    }

    /** Returns the result of {@code work} in {@code context}, and restores the thread's trace. */
    @SuppressWarnings("try") // the scope is only there to be closed
    public static <T> T call(Context context, Supplier<T> work) {
        try (Scope scope = context.makeCurrent()) {
            label(Span.fromContext(context).getSpanContext());
            return work.get();
        } finally {
            label(Span.current().getSpanContext());
        }
    }

    private static void label(SpanContext span) {
        if (span.isValid()) {
            MDC.put(TRACE_ID, span.getTraceId());
            MDC.put(SPAN_ID, span.getSpanId());
        } else {
            MDC.remove(TRACE_ID);
            MDC.remove(SPAN_ID);
        }
    }
}
