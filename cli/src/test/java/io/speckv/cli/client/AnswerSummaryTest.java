package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
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
}
