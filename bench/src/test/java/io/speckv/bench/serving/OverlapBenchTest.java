package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.serving.OverlapBench.Budgets;
import io.speckv.bench.serving.OverlapBench.Line;
import io.speckv.bench.serving.OverlapBench.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two real targets with the bundled model; what they gain on a busy machine is not for a test to say. */
class OverlapBenchTest {
    private static final Path TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");
    private static final Duration DRAFTING = Duration.ofMillis(50);

    @Test
    void bothTargetsAreMeasuredAtEveryLength() throws IOException {
        try (OverlapBench bench = new OverlapBench(TARGET, "fp32", 512, DRAFTING, new Budgets(48, 4))) {
            for (int length : List.of(128, 512)) {
                Line line = bench.measure(length, 3);
                assertThat(line.promptTokens()).isEqualTo(length);
                for (Way way : List.of(line.waiting(), line.early())) {
                    assertThat(way.waitSeconds())
                            .as("an answer comes after its lookahead")
                            .isPositive();
                    assertThat(way.idleShare()).isBetween(0.0, 1.0);
                }
                assertThat(line.waiting().idleShare())
                        .as("who waits for the lookahead does nothing meanwhile")
                        .isPositive();
            }
        }
    }
}
