package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.serving.ServingBench.FirstToken;
import io.speckv.bench.serving.ServingBench.Held;
import io.speckv.bench.serving.ServingBench.PerToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A real router between stand-ins that take no time; what it adds here is not for a test to say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServingBenchTest {
    private static final Path TOKENIZER = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");

    private ServingBench bench;

    @BeforeAll
    void start() throws IOException {
        bench = new ServingBench(TOKENIZER, new EngineTimes(Duration.ZERO, Duration.ZERO), 600);
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @Test
    void bothWaysGiveAFirstToken() {
        bench.warmUp(1);
        FirstToken figures = bench.firstToken(3);
        assertThat(figures.served().median()).isPositive();
        assertThat(figures.direct().median()).isPositive();
        assertThat(figures.emptyCall().median()).isPositive();
        assertThat(figures.addedMedian())
                .isEqualTo(figures.served().median() - figures.direct().median());
        assertThat(figures.addedTail())
                .isEqualTo(figures.served().tail() - figures.direct().tail());
    }

    @Test
    void streamsAreTimedToTheirEnd() {
        PerToken figures = bench.perToken(50);
        assertThat(figures.served()).isPositive();
        assertThat(figures.direct()).isNotNegative();
        assertThat(bench.messagesPerSecond(2, 20)).isPositive();
    }

    /** The second time shows that the first let all of them go. */
    @Test
    void streamsAreHeldOpenTogetherAndLetGo() {
        for (int streams : new int[] {3, 2}) {
            Held held = bench.hold(streams);
            assertThat(held.streams()).isEqualTo(streams);
            assertThat(held.openSeconds()).isPositive();
        }
    }
}
