package io.speckv.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.device.PrecisionCosts.Cost;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which precision is the fastest here is not for a test to say. */
class PrecisionCostsTest {
    @TempDir
    Path folder;

    @Test
    void costsAreMultiplesOfTheFastest() throws IOException {
        Map<Precision, Cost> costs =
                PrecisionCosts.measure(DeviceName.CPU, List.of(Precision.FP32, Precision.INT8), folder);
        assertThat(costs).containsOnlyKeys(Precision.FP32, Precision.INT8);
        assertThat(costs.values().stream().mapToDouble(Cost::prefill).min()).hasValue(1);
        assertThat(costs.values().stream().mapToDouble(Cost::decode).min()).hasValue(1);
    }

    @Test
    void noPrecisionsHaveNoCosts() throws IOException {
        assertThat(PrecisionCosts.measure(DeviceName.CPU, List.of(), folder)).isEmpty();
    }

    @Test
    void aCostIsASentence() {
        assertThat(new Cost(1, 2.25)).hasToString("prefill takes 1.0, decode 2.3 times the fastest's time");
    }
}
