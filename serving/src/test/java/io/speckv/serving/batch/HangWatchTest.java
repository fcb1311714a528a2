package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Looked at by hand, a second at a time. */
class HangWatchTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final HangWatch watch = new HangWatch(Duration.ofSeconds(3));

    private boolean hangsAfterSeconds(int seconds) {
        boolean hangs = false;
        for (int i = 0; i < seconds; i++) {
            hangs |= watch.look(SECOND);
        }
        return hangs;
    }

    @Test
    void workWithoutABeatIsAHangOnceTheLimitIsOver() {
        watch.beat();

        assertThat(hangsAfterSeconds(3)).as("the first look sees the beat").isFalse();
        assertThat(watch.look(SECOND)).isTrue();
    }

    @Test
    void everyBeatBeginsAnew() {
        for (int i = 0; i < 5; i++) {
            watch.beat();
            assertThat(hangsAfterSeconds(3)).isFalse();
        }
    }

    @Test
    void whoHasNothingToDoDoesNotHang() {
        assertThat(hangsAfterSeconds(10)).as("before it begins").isFalse();
        watch.beat();
        watch.rest();
        assertThat(hangsAfterSeconds(10)).isFalse();
        watch.beat();
        assertThat(hangsAfterSeconds(10)).as("work is watched again").isTrue();
    }
}
