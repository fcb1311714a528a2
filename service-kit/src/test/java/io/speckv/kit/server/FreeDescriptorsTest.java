package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreeDescriptorsTest {
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE); // it wraps
    private final FreeDescriptors descriptors = new FreeDescriptors(100, open::get, now::get);

    @Test
    void keepsTheLastTenthForTheProcess() {
        open.set(89);
        assertThat(descriptors.mayStay()).isTrue();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        open.set(90);
        assertThat(descriptors.mayStay()).isTrue();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        open.set(91);
        assertThat(descriptors.mayStay()).isFalse();
    }

    @Test
    void countsThoseOfABurstItself() {
        open.set(88);
        assertThat(descriptors.mayStay()).isTrue();
        assertThat(descriptors.mayStay()).isTrue();
        assertThat(descriptors.mayStay()).isTrue();
        assertThat(descriptors.mayStay()).isFalse();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        open.set(50);
        assertThat(descriptors.mayStay()).isTrue();
    }

    @Test
    void aProcessHasSomeLeft() {
        assertThat(FreeDescriptors.ofProcess().mayStay()).isTrue();
    }
}
