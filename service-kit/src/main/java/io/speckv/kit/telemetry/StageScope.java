package io.speckv.kit.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.time.Duration;

/** A stage that is running. Closing ends it. Confined to one thread. */
public final class StageScope implements AutoCloseable {
    private final RequestTimeline timeline;
    private final Stage stage;
    private final Duration start;
    private final AttributesBuilder attributes = Attributes.builder();
    private int tokens;

    StageScope(RequestTimeline timeline, Stage stage, Duration start) {
        this.timeline = timeline;
        this.stage = stage;
        this.start = start;
    }

    /** Sets how many tokens the stage worked on. */
    public StageScope tokens(int count) {
        tokens = count;
        return this;
    }

    /** Adds an attribute to the stage's span. It must never hold text of a prompt or an answer. */
    public <T> StageScope attribute(AttributeKey<T> key, T value) {
        attributes.put(key, value);
        return this;
    }

    @Override
    public void close() {
        StageTime time = new StageTime(stage, start, timeline.elapsed().minus(start), tokens);
        timeline.record(time, attributes.build());
    }
}
