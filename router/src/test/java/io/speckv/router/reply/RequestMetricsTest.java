package io.speckv.router.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.telemetry.TelemetrySettings;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.selection.prompt.Collapse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one answer adds to the page of metrics. */
class RequestMetricsTest {
    private final MetricsPage page = new MetricsPage();
    private final Telemetry telemetry = Telemetry.start(
            SettingsLoader.withDefaults(Holder.class, TelemetrySettings.DEFAULTS)
                    .load(null, Map.of(), List.of(page.flag()))
                    .value()
                    .telemetry(),
            new Telemetry.ServiceIdentity("test", "0"),
            List.of());

    record Holder(TelemetrySettings telemetry) {}

    @AfterEach
    void close() {
        telemetry.close();
    }

    private RequestMetrics metrics(String pool) {
        return new RequestMetrics(telemetry.metrics(), "m", pool);
    }

    private static GenerateFinished answer(int promptTokens, int keptTokens, int newTokens) {
        return GenerateFinished.newBuilder()
                .setUsage(TokenUsage.newBuilder()
                        .setPromptTokenCount(promptTokens)
                        .setKeptTokenCount(keptTokens)
                        .setGeneratedTokenCount(newTokens))
                .setCompression(CompressionReport.newBuilder()
                        .setAppliedMethod("specpc")
                        .setLookahead(LookaheadUsage.newBuilder()
                                .setReceivedTokenCount(6)
                                .setAcceptedTokenCount(5)))
                .build();
    }

    private List<Double> samples(String name, String label) {
        return page.samples(name, label);
    }

    @Test
    void anAnswerIsMeasuredByItsMethod() {
        RequestMetrics metrics = metrics("");
        metrics.firstToken(Duration.ofMillis(500), "specpc");
        metrics.answered(answer(40, 10, 5), Duration.ofMillis(2500));

        assertThat(samples("gen_ai_server_time_to_first_token_seconds_sum", "specpc"))
                .containsExactly(0.5);
        assertThat(samples("gen_ai_server_request_duration_seconds_sum", "specpc"))
                .containsExactly(2.5);
        assertThat(samples("gen_ai_server_time_per_output_token_seconds_sum", "specpc"))
                .as("two seconds for the four tokens after the first")
                .containsExactly(0.5);
        assertThat(samples("speckv_kept_ratio_sum", "specpc")).containsExactly(0.25);
        assertThat(samples("gen_ai_client_token_usage_sum", "input")).containsExactly(40.0);
        assertThat(samples("gen_ai_client_token_usage_sum", "output")).containsExactly(5.0);
        assertThat(samples("speckv_lookahead_received_total", "specpc")).containsExactly(6.0);
        assertThat(samples("speckv_lookahead_accepted_total", "specpc")).containsExactly(5.0);
    }

    /** There is no time between tokens of which there is one, or none. */
    @Test
    void anAnswerOfOneTokenHasNoTimePerToken() {
        RequestMetrics metrics = metrics("");
        metrics.answered(answer(40, 10, 1), Duration.ofSeconds(1));
        metrics.answered(answer(40, 10, 0), Duration.ofSeconds(1));

        assertThat(samples("gen_ai_server_time_per_output_token_seconds_count", "specpc"))
                .isEmpty();
        assertThat(samples("gen_ai_server_request_duration_seconds_count", "specpc"))
                .containsExactly(2.0);
    }

    @Test
    void aPoolIsALabelOnlyWhereThereAreSeveral() {
        metrics("").answered(answer(40, 10, 1), Duration.ofSeconds(1));
        assertThat(page.text()).doesNotContain("speckv_pool=");

        metrics("blue").answered(answer(40, 10, 1), Duration.ofSeconds(1));
        assertThat(samples("gen_ai_server_request_duration_seconds_count", "blue"))
                .containsExactly(1.0);
        assertThat(samples("gen_ai_server_request_duration_seconds_count", "m")).hasSize(2);
    }

    /** A rate over time needs a value before the first one. */
    @Test
    void everyReasonIsCountedFromZero() {
        RequestMetrics.startCounting(telemetry.metrics());
        for (FallbackReason reason : FallbackReason.values()) {
            if (reason.name().contains("DRAFT")) {
                assertThat(samples("speckv_fallbacks_total", reason.name().substring("FALLBACK_REASON_".length())))
                        .as(reason.name())
                        .containsExactly(0.0);
            }
        }
        assertThat(samples("speckv_collapses_total", "FLAT_SCORES")).containsExactly(0.0);
        assertThat(samples("speckv_collapses_total", "NONE")).isEmpty();

        metrics("").fellBack(FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT);
        metrics("").collapsed(Collapse.FLAT_SCORES);
        assertThat(samples("speckv_fallbacks_total", "DRAFT_TIMEOUT")).containsExactly(1.0);
        assertThat(samples("speckv_fallbacks_total", "DRAFT_FAILED")).containsExactly(0.0);
        assertThat(samples("speckv_collapses_total", "FLAT_SCORES")).containsExactly(1.0);
    }
}
