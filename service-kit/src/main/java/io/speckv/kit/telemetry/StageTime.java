package io.speckv.kit.telemetry;

import com.google.protobuf.util.Durations;
import io.speckv.proto.v1.StageTiming;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When a stage ran, by one process's monotonic clock.
 *
 * @param start since the request was taken: at least 0
 * @param elapsed at least 0; stages may overlap
 * @param tokens that the stage worked on
 */
public record StageTime(Stage stage, Duration start, Duration elapsed, int tokens) {
    /** More than any request takes, and few enough to be added up as nanoseconds. */
    private static final long MOST_SECONDS = TimeUnit.DAYS.toSeconds(365);

    public StageTime {
        if (start.isNegative() || elapsed.isNegative() || tokens < 0) {
            throw new IllegalArgumentException("%s starts at %d ns, takes %d ns for %d tokens: none may be negative"
                    .formatted(stage.label(), start.toNanos(), elapsed.toNanos(), tokens));
        }
    }

    /** Returns when the stage ended, since the request was taken. */
    public Duration end() {
        return start.plus(elapsed);
    }

    /** Returns the same stage on the clock of a caller that sent the request {@code offset} after it took its own request. */
    public StageTime shifted(Duration offset) {
        return new StageTime(stage, start.plus(offset), elapsed, tokens);
    }

    public StageTiming toProto() {
        return StageTiming.newBuilder()
                .setStage(stage.toProto())
                .setStartOffset(Durations.fromNanos(start.toNanos()))
                .setElapsed(Durations.fromNanos(elapsed.toNanos()))
                .setTokenCount(tokens)
                .build();
    }

    /**
     * Returns the timings of an answer, without stages that only a newer peer knows, and without those that cannot be: a peer's
     * clock must not fail a good answer.
     */
    public static List<StageTime> fromProto(List<StageTiming> timings) {
        return timings.stream()
                .filter(timing -> Stage.isKnown(timing.getStage()))
                .filter(timing -> isPossible(timing.getStartOffset()) && isPossible(timing.getElapsed()))
                .filter(timing -> timing.getTokenCount() >= 0)
                .map(timing -> new StageTime(
                        Stage.of(timing.getStage()),
                        Duration.ofNanos(Durations.toNanos(timing.getStartOffset())),
                        Duration.ofNanos(Durations.toNanos(timing.getElapsed())),
                        timing.getTokenCount()))
                .toList();
    }

    private static boolean isPossible(com.google.protobuf.Duration time) {
        return Durations.isValid(time) && !Durations.isNegative(time) && Durations.toSeconds(time) <= MOST_SECONDS;
    }
}
