package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.speckv.proto.v1.StageTiming;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageTimeTest {
    private static Duration time(long seconds, int nanos) {
        return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    }

    private static StageTiming timing(Duration start, Duration elapsed, int tokens) {
        return StageTiming.newBuilder()
                .setStage(io.speckv.proto.v1.Stage.STAGE_TARGET_DECODE)
                .setStartOffset(start)
                .setElapsed(elapsed)
                .setTokenCount(tokens)
                .build();
    }

    /** What a broken clock or another maker's service may send. The others count, and can be passed on. */
    @ParameterizedTest
    @CsvSource(textBlock = """
        -1,            0,           0,  0
        0,             -1,          0,  0
        1,             -1,          0,  0
        0,             1000000000,  0,  0
        999999999999,  0,           0,  0
        315576000000,  0,           0,  0
        0,             0,           -1, 0
        0,             0,           0,  -1
        """)
    void aTimeThatCannotBeIsLeftOut(long startSeconds, int startNanos, long elapsedSeconds, int tokens) {
        StageTiming good = timing(time(1, 5), time(2, 0), 7);
        List<StageTime> read = StageTime.fromProto(
                List.of(timing(time(startSeconds, startNanos), time(elapsedSeconds, 0), tokens), good));

        assertThat(read).map(StageTime::toProto).containsExactly(good);
    }
}
