package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.router.settings.RouterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that lays chats out for the chart's router. */
class ChartRendererTest {
    private static RenderedChart chart(String kind, String url, Map<String, String> more) throws IOException {
        Map<String, String> values = new HashMap<>(more);
        values.put("router.renderer.kind", kind);
        values.put("router.renderer.url", url);
        values.put("networkPolicy.egress.enabled", "true");
        return RenderedChart.of("cpu", values);
    }

    private static JsonNode pod(RenderedChart chart, String service) {
        return chart.only("Deployment", "x-speckv-" + service).at("/spec/template/spec");
    }

    private static String settings(RenderedChart chart, String service) {
        return chart.only("ConfigMap", "x-speckv-" + service)
                .at("/data/settings.yaml")
                .asText();
    }

    @Test
    void theRouterAsksItWithItsKey(@TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.of("every-knob");
        JsonNode renderer =
                RenderedChart.YAML.readTree(settings(chart, "router")).path("renderer");

        assertThat(renderer.path("kind").asText()).isEqualTo("vllm");
        assertThat(renderer.path("url").asText()).isEqualTo("http://vllm.models:80");
        assertThat(renderer.path("model").asText()).isEqualTo("large");
        assertThat(renderer.path("reads-answers").asBoolean()).isTrue();
        assertThat(pod(chart, "router").path("volumes").findValuesAsText("secretName"))
                .contains("vllm-key");
        assertThat(pod(chart, "router").at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
                .anyMatch(Path.of(renderer.path("key-file").asText())::startsWith);
        Path file = Files.writeString(folder.resolve("router"), settings(chart, "router"));
        assertThatCode(() -> RouterSettings.loader().load(file, Map.of(), List.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"draft", "target"})
    void nobodyElseKnowsIt(String service) throws IOException {
        RenderedChart chart = RenderedChart.of("every-knob");

        assertThat(settings(chart, service)).doesNotContain("renderer");
        assertThat(pod(chart, service).path("volumes").findValuesAsText("secretName"))
                .doesNotContain("vllm-key");
        assertThat(chart.only("NetworkPolicy", "x-speckv-" + service)
                        .at("/spec/egress")
                        .findValuesAsText("port"))
                .doesNotContain("8001");
    }

    @Test
    void withoutOneTheTemplateLaysChatsOut() throws IOException {
        assertThat(settings(RenderedChart.of("cpu"), "router")).doesNotContain("renderer");
    }

    /** Ports of the rules that name none of the release's own pods, and nobody else. */
    private static List<String> waysOut(RenderedChart chart) {
        return StreamSupport.stream(
                        chart.only("NetworkPolicy", "x-speckv-router")
                                .at("/spec/egress")
                                .spliterator(),
                        false)
                .filter(rule -> !rule.has("to"))
                .map(rule -> rule.at("/ports/0/port").asText())
                .filter(port -> !port.equals("53"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "http://vllm.models:8000, 8000",
        "http://vllm.models:8000/base, 8000",
        "http://vllm.models, 80",
        "https://vllm.example.com, 443",
        "https://[fd00::2]:8443, 8443",
        "http://localhost:8000, ",
        "http://127.0.0.1:8000, ",
        "http://[::1]:8000, "
    })
    void policiesLetTheRouterReachWhatIsOutsideItsPod(String url, String port) throws IOException {
        RenderedChart chart = chart("vllm", url, Map.of("router.renderer.allowPlaintext", "true"));

        assertThat(waysOut(chart)).isEqualTo(port == null ? List.of() : List.of(port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://vllm.models:8000",
                "http://10.0.0.7:8000",
                "http://localhost.example.com",
                "http://[fd00::2]:8000"
            })
    void plainHttpLeavesThePodOnlyWhereThatIsSaid(String url) throws IOException {
        assertThatThrownBy(() -> chart("vllm", url, Map.of()))
                .hasMessageContaining("would be open to the network")
                .hasMessageContaining("allowPlaintext");
        assertThat(settings(chart("vllm", url, Map.of("router.renderer.allowPlaintext", "true")), "router"))
                .contains("allow-plaintext: true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000/base", "https://vllm.models"})
    void whatStaysInThePodOrIsEncryptedNeedsNoWord(String url) throws IOException {
        assertThat(settings(chart("vllm", url, Map.of()), "router")).contains("allow-plaintext: false");
    }

    @Test
    void aServiceHidesThePortThatPoliciesSee() throws IOException {
        assertThat(waysOut(chart(
                        "llama-cpp",
                        "http://llama.models:80",
                        Map.of(
                                "networkPolicy.egress.renderer.port",
                                "8080",
                                "router.renderer.allowPlaintext",
                                "true"))))
                .containsExactly("8080");
        JsonNode rules = RenderedChart.of("every-knob")
                .only("NetworkPolicy", "x-speckv-router")
                .at("/spec/egress");
        assertThat(rules)
                .filteredOn(rule -> rule.at("/ports/0/port").asInt() == 8001)
                .singleElement()
                .satisfies(rule -> assertThat(
                                rule.at("/to/0/podSelector/matchLabels/app").asText())
                        .isEqualTo("vllm"));
    }
}
