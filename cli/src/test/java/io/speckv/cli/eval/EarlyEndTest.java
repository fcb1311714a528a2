package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EarlyEndTest {
    @Test
    void showsWhatThereIsOnlyWhereTheRunDidNotComeToItsEnd() {
        AtomicInteger shown = new AtomicInteger();
        try (EarlyEnd early = new EarlyEnd(shown::incrementAndGet)) {
            early.whole();
        }
        assertThat(shown).hasValue(0);
        try (EarlyEnd early = new EarlyEnd(shown::incrementAndGet)) {
            assertThat(early).isNotNull();
        }
        assertThat(shown).hasValue(1);
    }
}
