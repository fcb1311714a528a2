package io.speckv.router.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cascade.DraftLoss;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DraftBreakerTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it wraps
    private final DraftBreaker breaker = new DraftBreaker(3, Duration.ofNanos(100), now::get);

    private void silences(int count) {
        for (int i = 0; i < count; i++) {
            breaker.lost(DraftLoss.TIMEOUT, true);
        }
    }

    @Test
    void asksUntilSoManySilencesInARow() {
        silences(2);
        assertThat(breaker.mayAsk()).isTrue();
        breaker.said();
        silences(2);
        assertThat(breaker.mayAsk()).isTrue();
        silences(1);
        assertThat(breaker.mayAsk()).isFalse();
    }

    @Test
    void letsOneTryAfterThePauseAndAllOnceTheDraftSpeaks() {
        silences(3);
        now.addAndGet(99);
        assertThat(breaker.mayAsk()).isFalse();
        now.addAndGet(1);
        assertThat(breaker.mayAsk()).isTrue();
        assertThat(breaker.mayAsk()).as("one tries").isFalse();
        silences(1);
        now.addAndGet(99);
        assertThat(breaker.mayAsk()).isFalse();
        now.addAndGet(1);
        assertThat(breaker.mayAsk()).isTrue();
        breaker.said();
        assertThat(breaker.mayAsk()).isTrue();
        assertThat(breaker.mayAsk()).isTrue();
    }

    @Test
    void countsNeitherClientsInAHurryNorFailuresThatCostNoTime() {
        for (int i = 0; i < 10; i++) {
            breaker.lost(DraftLoss.TIMEOUT, false);
            breaker.lost(DraftLoss.UNAVAILABLE, true);
            breaker.lost(DraftLoss.FAILED, true);
        }
        assertThat(breaker.mayAsk()).isTrue();
    }
}
