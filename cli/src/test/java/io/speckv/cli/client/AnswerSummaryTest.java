package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenUsage;
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
    void saysWhatTheTargetCannotDoWithoutCallingItAFallback() {
        assertThat(summary("speckv-pc", "specpc", FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE))
                .endsWith("%nspecpc instead of speckv-pc: target without cache stage".formatted());
        assertThat(summary(
                        "specprefill", "specprefill", FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_ORIGINAL_POSITIONS))
                .endsWith("%nthe kept tokens were renumbered: target without original positions".formatted());
    }

    @Test
    void aReasonOfANewerRouterIsAReasonToo() {
        AnswerSummary newer = new AnswerSummary(GenerateFinished.newBuilder()
                .setCompression(CompressionReport.newBuilder()
                        .setRequestedMethod("specpc")
                        .setAppliedMethod("full")
                        .setFallbackReasonValue(9999))
                .build());

        assertThat(newer.text())
                .endsWith("%nfell back from specpc to full: a reason that only a newer version knows".formatted());
    }

    @Test
    void kvFiguresStandThereOnlyWhereTheTargetTellsThem() {
        AnswerSummary ofEngine = new AnswerSummary(GenerateFinished.newBuilder()
                .setUsage(TokenUsage.newBuilder()
                        .setPromptTokenCount(1000)
                        .setKeptTokenCount(256)
                        .setCachedTokenCount(128))
                .build());

        assertThat(ofEngine.text())
                .startsWith("256 of 1000 prompt tokens read, 128 of them cached;")
                .doesNotContain("KV");
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
