package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import io.speckv.draft.DraftSettings;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.router.RouterSettings;
import io.speckv.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {
    static final Map<Service, SettingsLoader<?>> LOADERS = Map.of(
            Service.DRAFT, DraftSettings.loader(),
            Service.TARGET, TargetSettings.loader(),
            Service.ROUTER, RouterSettings.loader());

    @Test
    void passesHelmsOwnChecks() {
        var result = new Helm(Home.CHART).lint().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "air-gapped"})
    void writesNothingThatKubernetesDoesNotKnow(String values) throws IOException {
        List<JsonNode> manifests = RenderedChart.of(values).all();

        assertThat(manifests).hasSizeGreaterThanOrEqualTo(15);
        for (JsonNode manifest : manifests) {
            assertThatCode(() -> RenderedChart.strictly(manifest))
                    .as(manifest.at("/metadata/name").asText())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void noticesAFieldThatKubernetesDoesNotKnow() throws IOException {
        JsonNode deployment = RenderedChart.of("cpu").only("Deployment", "x-speckv-draft");
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("imagePulPolicy", "Always");

        assertThatThrownBy(() -> RenderedChart.strictly(deployment)).hasMessageContaining("imagePulPolicy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "air-gapped"})
    void givesEveryServiceSettingsThatItAccepts(String values, @TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.of(values);
        for (Service service : Service.values()) {
            JsonNode map = chart.only("ConfigMap", "x-speckv-" + service.label());
            Path file = Files.writeString(
                    folder.resolve(service.label()),
                    map.at("/data/settings.yaml").asText());

            assertThatCode(() -> requireNonNull(LOADERS.get(service)).load(file, Map.of(), List.of()))
                    .as(service.label())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tls.mode,sometimes,mode",
        "tls.mode,certManager,issuer",
        "tls.mode,secret,secretNames",
        "http.port,80,port",
        "http.port,9000,port",
        "draft.replicas,-1,replicas",
        "draft.replica,2,replica",
        "target.model.pvc.claimName,both,model",
        "target.gpu.count,many,count",
        "telemetry.traceShare,2,traceShare",
        "telemetry.otlpEndpoint,collector:4317,otlpEndpoint"
    })
    void refusesValuesThatCannotWork(String key, String value, String named) {
        assertThatThrownBy(() -> RenderedChart.text("cpu", Map.of(key, value))).hasMessageContaining(named);
    }

    @Test
    void asksWhereTheModelsAre() {
        assertThatThrownBy(() -> RenderedChart.text("cpu", Map.of("draft.model.hostPath", "null")))
                .hasMessageContaining("draft.model says nowhere to find the model");
    }

    @Test
    void letsOnlyTheRouterReachDraftAndTarget() throws IOException {
        RenderedChart chart = RenderedChart.of("gpu");
        for (String service : List.of("draft", "target")) {
            JsonNode grpc = chart.only("NetworkPolicy", "x-speckv-" + service).at("/spec/ingress/0");

            assertThat(grpc.path("from")).hasSize(1);
            assertThat(grpc.at("/from/0/podSelector/matchLabels/app.kubernetes.io~1component")
                            .asText())
                    .isEqualTo("router");
        }
    }

    @Test
    void opensTheRoutersHttpPortWithItsOwnCertificate() throws IOException {
        RenderedChart chart = RenderedChart.of("gpu");
        JsonNode settings = settings(chart, "router").path("http");

        assertThat(settings.path("port").asInt()).isEqualTo(8080);
        assertThat(settings.path("tls"))
                .isEqualTo(settings(chart, "router").at("/server/tls"))
                .isNotEmpty();
        assertThat(settings(chart, "target").has("http")).isFalse();
        assertThat(chart.only("Deployment", "x-speckv-router")
                        .at("/spec/template/spec/containers/0/ports")
                        .findValuesAsText("containerPort"))
                .contains("8080");
        assertThat(chart.only("Service", "x-speckv-router").at("/spec/ports").findValuesAsText("port"))
                .contains("8080");
        JsonNode allowed = chart.only("NetworkPolicy", "x-speckv-router").at("/spec/ingress/0");
        assertThat(allowed.path("ports").findValuesAsText("port")).containsExactly("9000", "8080");
        assertThat(allowed.path("from")).hasSize(1);
    }

    @Test
    void opensNoHttpPortWhereNoneIsWanted() throws IOException {
        assertThat(RenderedChart.text("cpu", Map.of("http.enabled", "false"))).doesNotContain("8080", "http:");
    }

    private static JsonNode settings(RenderedChart chart, String service) throws IOException {
        return RenderedChart.YAML.readTree(chart.only("ConfigMap", "x-speckv-" + service)
                .at("/data/settings.yaml")
                .asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "air-gapped"})
    void givesPodsLongerThanTheyDrain(String values) throws IOException {
        RenderedChart chart = RenderedChart.of(values);
        JsonNode pod = chart.only("Deployment", "x-speckv-target").at("/spec/template/spec");
        JsonNode settings = settings(chart, "target");

        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .isGreaterThan(
                        seconds(settings.at("/server/drain/notice")) + seconds(settings.at("/server/drain/calls")));
    }

    private static int seconds(JsonNode duration) {
        return Integer.parseInt(duration.asText().replace("s", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "air-gapped"})
    void runsEveryContainerWithoutRootAndOnAReadOnlyFileSystem(String values) throws IOException {
        for (JsonNode manifest : RenderedChart.of(values).all()) {
            if (manifest.path("kind").asText().equals("Deployment")) {
                JsonNode pod = manifest.at("/spec/template/spec");
                assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
                for (String containers : List.of("containers", "initContainers")) {
                    pod.path(containers)
                            .forEach(container -> assertThat(container
                                            .at("/securityContext/readOnlyRootFilesystem")
                                            .asBoolean())
                                    .isTrue());
                }
            }
        }
    }

    @Test
    void putsModelsOnGpusOfTheirOwnKind() throws IOException {
        RenderedChart chart = RenderedChart.of("gpu");
        JsonNode draft = chart.only("Deployment", "x-speckv-draft").at("/spec/template/spec");
        JsonNode target = chart.only("Deployment", "x-speckv-target").at("/spec/template/spec");

        assertThat(draft.at("/containers/0/resources/limits/nvidia.com~1gpu").asInt())
                .isEqualTo(1);
        assertThat(draft.path("nodeSelector")).isNotEqualTo(target.path("nodeSelector"));
        assertThat(draft.at("/containers/0/image").asText()).endsWith("-cuda");
    }
}
