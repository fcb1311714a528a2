package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import io.speckv.draft.DraftSettings;
import io.speckv.enginetarget.EngineTargetSettings;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.router.settings.RouterSettings;
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
            Service.ENGINE_TARGET, EngineTargetSettings.loader(),
            Service.ROUTER, RouterSettings.loader());

    @Test
    void passesHelmsOwnChecks() {
        var result = new Helm(Home.CHART).lint().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpu",
                "gpu",
                "air-gapped",
                "drafts-only",
                "engine",
                "engine-side-car",
                "inference-pool",
                "every-knob"
            })
    void writesNothingThatKubernetesDoesNotKnow(String values) throws IOException {
        List<JsonNode> manifests = RenderedChart.of(values).all();

        assertThat(manifests).hasSizeGreaterThanOrEqualTo(10);
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
    @ValueSource(strings = {"cpu", "gpu", "air-gapped", "every-knob"})
    void givesEveryServiceSettingsThatItAccepts(String values, @TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.of(values);
        for (Service service : Service.TRIO) {
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
        "target.engine.url,vllm:8000,url",
        "target.engine.dialect,guess,dialect",
        "router.renderer.kind,sglang,kind",
        "router.renderer.url,vllm:8000,url",
        "router.renderer.kind,vllm,needs router.renderer.url",
        "router.renderer.url,http://vllm:8000,router.renderer.kind says",
        "router.renderer.readsAnswers,true,only a renderer of kind vllm",
        "networkPolicy.egress.renderer.port,0,port",
        "telemetry.traceShare,2,traceShare",
        "telemetry.traceShare,0.2.1,traceShare",
        "telemetry.logFormat,xml,logFormat",
        "expose.service.type,Public,type",
        "expose.timeoutSeconds,0,timeoutSeconds",
        "draft.spread,wide,spread",
        "target.digest,latest,digest",
        "target.autoscaling.keda.prometheus,prometheus:9090,prometheus",
        "draft.model.oci.reference,both,model",
        "telemetry.otlpEndpoint,collector:4317,otlpEndpoint"
    })
    void refusesValuesThatCannotWork(String key, String value, String named) {
        assertThatThrownBy(() -> RenderedChart.text("cpu", Map.of(key, value))).hasMessageContaining(named);
    }

    @Test
    void asksWhereTheModelsAre() {
        assertThatThrownBy(() -> RenderedChart.text("cpu", Map.of("draft.model.image", "null")))
                .hasMessageContaining("draft.model says nowhere to find the model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void itsTestAsksTheRouterAsClientsDo(String values, @TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.withHooks(values, folder);
        JsonNode pod = chart.only("Pod", "x-speckv-test");
        assertThatCode(() -> RenderedChart.strictly(pod)).doesNotThrowAnyException();
        assertThat(pod.at("/spec/securityContext/runAsNonRoot").asBoolean()).isTrue();
        String command = pod.at("/spec/containers/0/command").toString();
        assertThat(command).contains("dns:///x-speckv-router.speckv.svc:9000");
        assertThat(command.contains("--channel.tls.enabled=true")).isEqualTo(values.equals("gpu"));
        assertThat(command.contains("--channel.token-file")).isEqualTo(values.equals("gpu"));
        assertThat(command)
                .contains("--http=" + (values.equals("gpu") ? "https" : "http") + "://x-speckv-router.speckv.svc:8080");
    }

    @Test
    void clientsCallTheModelByAName() throws IOException {
        assertThat(RenderedChart.of("cpu").settings("target").at("/model/name").asText())
                .isEqualTo("speckv-tiny-target");
        assertThat(RenderedChart.of("gpu").settings("target").at("/model/name").asText())
                .isEqualTo("llama-3.1-8b");
        assertThat(RenderedChart.of("air-gapped")
                        .settings("draft")
                        .at("/model/name")
                        .asText())
                .isEqualTo("draft");
        assertThat(RenderedChart.of("every-knob")
                        .settings("draft")
                        .at("/model/name")
                        .asText())
                .isEqualTo("small");
    }

    /** Helm passes fractions of --set as strings. */
    @Test
    void aShareOfTracesMayComeAsText() throws IOException {
        assertThat(RenderedChart.of("cpu", Map.of("telemetry.traceShare", "0.2"))
                        .settings("router")
                        .at("/telemetry/trace-share")
                        .asDouble())
                .isEqualTo(0.2);
    }

    @Test
    void targetsMayBeElsewhere() throws IOException {
        RenderedChart chart = RenderedChart.of("drafts-only");
        assertThat(chart.settings("router").at("/target/channel/target").asText())
                .isEqualTo("dns:///large-speckv-target.models.svc:9002");
        assertThat(chart.all())
                .noneMatch(manifest -> manifest.at("/metadata/name").asText().equals("x-speckv-target"));
        RenderedChart alone = RenderedChart.of("cpu", Map.of("draft.enabled", "false"));
        assertThat(alone.settings("router").at("/drafting/enabled").asBoolean(true))
                .isFalse();
    }
}
