package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.DeviceName;
import org.junit.jupiter.api.Test;

class SamplingBenchTest {
    @Test
    void measuresEveryWayToChoose() {
        assertThat(new SamplingBench(20_000, 3, DeviceName.CPU, 2).measure())
                .hasSize(7)
                .allSatisfy(line -> assertThat(line.hostSeconds()).isPositive())
                .allSatisfy(line -> assertThat(line.deviceSeconds()).isPositive())
                .allSatisfy(line -> assertThat(line.token()).isBetween(0, 19_999))
                .extracting(SamplingBench.Line::settings)
                .doesNotHaveDuplicates();
    }
}
