package io.speckv.kit.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.List;

/** Keeps the newest ended spans in memory, for tests and for showing a trace without a collector. Thread-safe. */
public final class SpanCollector implements SpanProcessor {
    private final int capacity;
    private final ArrayDeque<SpanData> spans = new ArrayDeque<>();

    /** Returns a collector that drops the oldest span beyond {@code capacity}. */
    public SpanCollector(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + ", must be at least 1");
        }
        this.capacity = capacity;
    }

    /** Returns the spans of a trace in the order in which they ended. */
    public synchronized List<SpanData> spans(String traceId) {
        return spans.stream().filter(span -> span.getTraceId().equals(traceId)).toList();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public synchronized void onEnd(ReadableSpan span) {
        if (spans.size() == capacity) {
            spans.remove();
        }
        spans.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }
}
