package io.speckv.router.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelUseTest {
    private final ModelUse use = new ModelUse();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void aModelThatNobodyUsesIsClosedWhenItIsRetired() {
        use.hold().orElseThrow().close();
        use.retire(closed::incrementAndGet);

        assertThat(closed).hasValue(1);
        assertThat(use.hold()).isEmpty();
    }

    @Test
    void oneThatIsUsedIsClosedWithItsLastRequest() {
        ModelUse.Hold first = use.hold().orElseThrow();
        ModelUse.Hold second = use.hold().orElseThrow();
        use.retire(closed::incrementAndGet);
        assertThat(use.hold()).as("no more requests").isEmpty();

        first.close();
        first.close();
        assertThat(closed).as("a hold counts once").hasValue(0);
        second.close();
        assertThat(closed).hasValue(1);
        use.retire(closed::incrementAndGet);
        assertThat(closed).hasValue(1);
    }
}
