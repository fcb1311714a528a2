package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.StageTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AnswerSummaryTest {
    private static String summary(String requested, String applied, FallbackReason reason) {
        return new AnswerSummary(GenerateFinished.newBuilder()
                        .setCompression(CompressionReport.newBuilder()
                                .setRequestedMethod(requested)
                                .setAppliedMethod(applied)
                                .setFallbackReason(reason))
                        .build())
                .text();
    }

    @Test
    void saysWhatTookTheDraftsPlaceAndWhy() {
        assertThat(summary("specpc", "full", FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT))
                .endsWith("%nfell back from specpc to full: draft timeout".formatted());
        assertThat(summary("speckv", "speckv", FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE))
                .endsWith("%nlookahead from the prompt's n-grams: draft unavailable".formatted());
        assertThat(summary("speckv", "speckv", FallbackReason.FALLBACK_REASON_UNSPECIFIED))
                .endsWith("(speckv)");
    }

    @Test
    void theFirstTokenComesBeforeDecodingAndTheLastAfterItWhateverTheDraftStillDoes() {
        AnswerSummary summary = new AnswerSummary(GenerateFinished.newBuilder()
                .addTimings(stage(Stage.TARGET_PREFILL, 10, 40))
                .addTimings(stage(Stage.DRAFT_LOOKAHEAD, 10, 200))
                .addTimings(stage(Stage.TARGET_DECODE, 50, 30))
                .build());

        assertThat(summary.untilFirstToken()).isEqualTo(Duration.ofMillis(50));
        assertThat(summary.untilLastToken()).isEqualTo(Duration.ofMillis(80));
    }

    private static StageTiming stage(Stage stage, int startMillis, int elapsedMillis) {
        return new StageTime(stage, Duration.ofMillis(startMillis), Duration.ofMillis(elapsedMillis), 1).toProto();
    }
}
