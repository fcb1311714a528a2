package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dashboards and alerts ask for names that a running process serves. */
class MetricNamesTest {
    private static final Pattern ASKED = Pattern.compile("\\b(?:speckv|gen_ai|rpc)_[a-z_]+(?=[\\[{}()\\s/:,\"']|$)");
    private static final Set<String> LABELS = Set.of(
            "speckv_stage",
            "speckv_method",
            "speckv_fallback_reason",
            "speckv_collapse",
            "speckv_shadow_outcome",
            "speckv_pool",
            "speckv_cache_outcome",
            "speckv_reload_outcome",
            "gen_ai_response_model",
            "rpc_status_code",
            "gen_ai_token_type");

    @ParameterizedTest
    @ValueSource(strings = {"files/dashboard.json", "files/alerts.yaml", "templates/services.yaml"})
    void asksOnlyForMetricsThatAreServed(String file) throws Exception {
        Set<String> asked = ASKED.matcher(Files.readString(Home.CHART.resolve(file)))
                .results()
                .map(match -> match.group())
                .filter(name -> !LABELS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(asked).isNotEmpty();
        assertThat(served()).containsAll(asked);
    }

    @Test
    void drawsEveryMetric() throws Exception {
        String dashboard = Files.readString(Path.of(Home.CHART.toString(), "files/dashboard.json"));

        for (Metric metric : Metric.values()) {
            assertThat(dashboard).contains(metric.key().replace('.', '_'));
        }
    }

    private static Set<String> served() throws IOException, InterruptedException {
        return ServedMetrics.page()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }
}
