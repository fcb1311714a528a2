package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another engine in the target's place. */
class ChartEnginesTest {
    @ParameterizedTest
    @ValueSource(strings = {"engine", "engine-side-car", "inference-pool"})
    void anEngineTakesTheTargetsPlaceWithSettingsThatItsServicesAccept(String values, @TempDir Path folder)
            throws IOException {
        RenderedChart chart = RenderedChart.of(values);
        JsonNode container = chart.only("Deployment", "x-speckv-target").at("/spec/template/spec/containers/0");
        assertThat(container.path("image").asText()).startsWith("speckv/engine-target:");
        for (Service service : List.of(Service.DRAFT, Service.ENGINE_TARGET, Service.ROUTER)) {
            String name = service == Service.ENGINE_TARGET ? "target" : service.label();
            Path file = Files.writeString(
                    folder.resolve(name),
                    chart.only("ConfigMap", "x-speckv-" + name)
                            .at("/data/settings.yaml")
                            .asText());

            assertThatCode(() -> requireNonNull(ChartTest.LOADERS.get(service)).load(file, Map.of(), List.of()))
                    .as(name)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anEngineThatRunsAlreadyIsAskedWithItsKey() throws IOException {
        RenderedChart chart = RenderedChart.of("engine");
        JsonNode settings = chart.settings("target");

        assertThat(settings.at("/engine/url").asText()).isEqualTo("http://vllm-router-service:80");
        assertThat(settings.at("/engine/key-file").asText()).isEqualTo("/etc/speckv/engine/key");
        assertThat(settings.at("/tokenizer").asText()).isEqualTo("/models/llama-3.1-70b");
        assertThat(settings.at("/name").asText()).isEqualTo("llama-3.1-70b");
        assertThat(settings.has("model")).isFalse();
        JsonNode pod = chart.only("Deployment", "x-speckv-target").at("/spec/template/spec");
        assertThat(pod.at("/volumes").findValuesAsText("secretName")).containsExactly("vllm-key");
        assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
                .contains("/etc/speckv/engine", "/models");
        assertThat(pod.path("containers")).hasSize(1);
    }

    @Test
    void anEngineBesideTheTargetReadsTheSameModels() throws IOException {
        JsonNode pod = RenderedChart.of("engine-side-car")
                .only("Deployment", "x-speckv-target")
                .at("/spec/template/spec");

        JsonNode engine = pod.at("/initContainers/0");
        assertThat(engine.path("name").asText()).isEqualTo("vllm");
        assertThat(engine.path("restartPolicy").asText())
                .as("runs on beside the target, and is stopped after it")
                .isEqualTo("Always");
        assertThat(pod.path("containers")).as("stopped at once").hasSize(1);
        assertThat(engine.path("volumeMounts").findValuesAsText("mountPath")).contains("/models");
        assertThat(engine.at("/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(1);
    }

    @Test
    void aGpuForATargetThatRunsNoModelIsRefused() {
        assertThatThrownBy(() -> RenderedChart.text("engine", Map.of("target.gpu.count", "1")))
                .hasMessageContaining("target.engine.url has another engine answer");
    }
}
