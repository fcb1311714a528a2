package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CascadeProjectionTest {
    private static final ModelSize TARGET = ModelSize.parse("llama-3.1-8b");
    private static final ModelSize DRAFT = ModelSize.parse("llama-3.2-1b");
    private static final CascadeBench.Budgets BUDGETS = new CascadeBench.Budgets(4096, 1024, 8, 64);

    @Test
    void theWholeCacheOfLlama8bTakes128KibiBytesAToken() {
        CascadeProjection line = CascadeProjection.of(Accelerator.h200(0.5), TARGET, DRAFT, 131_072, BUDGETS);
        assertThat(line.fullKvBytes() / 131_072).isCloseTo(131_072, within(1e-6));
        assertThat(line.cascadeKvBytes() / 1024).isCloseTo(131_072, within(1e-6));
    }

    @Test
    void halfTheShareTakesTwiceThePrefill() {
        double fast = Accelerator.h200(1).prefillSeconds(TARGET, 65_536);
        assertThat(Accelerator.h200(0.5).prefillSeconds(TARGET, 65_536)).isCloseTo(2 * fast, within(1e-9));
    }

    @Test
    void theCascadeGainsWithLength() {
        Accelerator device = Accelerator.h200(0.5);
        double atShort = ratio(CascadeProjection.of(device, TARGET, DRAFT, 16_384, BUDGETS));
        double atLong = ratio(CascadeProjection.of(device, TARGET, DRAFT, 131_072, BUDGETS));
        assertThat(atLong).isLessThan(atShort).isLessThan(1);
    }

    private static double ratio(CascadeProjection line) {
        return line.cascadeSeconds() / line.fullSeconds();
    }
}
