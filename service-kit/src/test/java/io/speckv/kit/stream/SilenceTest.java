package io.speckv.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SilenceTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final SynchronizationContext events = new SynchronizationContext((thread, thrown) -> {
        throw new AssertionError(thrown);
    });

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whereNothingComesItIsToldHowLong() throws Exception {
        CompletableFuture<Duration> noticed = new CompletableFuture<>();
        Silence silence = new Silence(timer, events, noticed::complete);

        events.execute(() -> silence.await(SHORT));

        assertThat(noticed.get(30, TimeUnit.SECONDS)).isEqualTo(SHORT);
    }

    @Test
    void anAlarmThatRangWhileSomethingCameIsNotTold() {
        List<Duration> noticed = new ArrayList<>();
        Silence silence = new Silence(timer, events, noticed::add);

        events.execute(() -> {
            silence.await(SHORT);
            untilItRang();
            silence.await(LONG); // something came: from now on another silence is waited for
        });

        assertThat(noticed).isEmpty();
    }

    @Test
    void anAlarmThatRangBeforeItsEndIsNotToldAfterIt() {
        List<Duration> noticed = new ArrayList<>();
        Silence silence = new Silence(timer, events, noticed::add);

        events.execute(() -> {
            silence.await(SHORT);
            untilItRang();
            silence.calm();
        });

        assertThat(noticed).isEmpty();
    }

    /** The events that the alarm adds wait behind the one that calls this. */
    private void untilItRang() {
        while (timer.getCompletedTaskCount() == 0) {
            Thread.onSpinWait();
        }
    }
}
