package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaterfallTest {
    private static StageTime time(Stage stage, long startMillis, long millis, int tokens) {
        return new StageTime(stage, Duration.ofMillis(startMillis), Duration.ofMillis(millis), tokens);
    }

    @Test
    void drawsEachStageWhereItRan() {
        String drawn = Waterfall.render(
                List.of(
                        time(Stage.TARGET_PREFILL, 60, 40, 1024),
                        time(Stage.TOKENIZE, 0, 0, 8192),
                        time(Stage.DRAFT_PREFILL, 0, 50, 8192),
                        time(Stage.DRAFT_LOOKAHEAD, 50, 50, 8),
                        time(Stage.TARGET_DECODE, 100, 100, 64)),
                Waterfall.COLUMNS);

        assertThat(drawn).isEqualTo("""
                stage               start      time  tokens
                tokenize           0.0 ms    0.0 ms    8192 #
                draft.prefill      0.0 ms   50.0 ms    8192 #########
                draft.lookahead   50.0 ms   50.0 ms       8          #########
                target.prefill    60.0 ms   40.0 ms    1024           ########
                target.decode    100.0 ms  100.0 ms      64                   ##################
                total                      200.0 ms
                """);
    }

    @Test
    void staysWithinTheColumnsForAnyTimes() {
        String drawn = Waterfall.render(
                List.of(
                        time(Stage.TOKENIZE, 0, 1, 1),
                        time(Stage.DRAFT_LOOKAHEAD, 9_999_999, 0, 1_000_000),
                        time(Stage.TARGET_DECODE, 1, 9_999_998, 1)),
                60);

        assertThat(drawn.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
        assertThat(drawn).contains("10000.0 s");
    }

    @Test
    void drawsNothingButTheFrameWithoutStages() {
        assertThat(Waterfall.render(List.of(), 80)).isEqualTo("""
                stage               start      time  tokens
                total                        0.0 ms
                """);
        assertThatThrownBy(() -> Waterfall.render(List.of(), 53)).hasMessage("columns is 53, must be at least 54");
    }
}
