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

            assertThatCode(() -> requireNonNull(LOADERS.get(service)).load(file, Map.of(), List.of()))
                    .as(name)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anEngineThatRunsAlreadyIsAskedWithItsKey() throws IOException {
        RenderedChart chart = RenderedChart.of("engine");
        JsonNode settings = settings(chart, "target");

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
        assertThat(allowed.path("from")).as("clients, and the pod of helm test").hasSize(2);
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
    @ValueSource(strings = {"cpu", "gpu", "air-gapped", "drafts-only"})
    void runsEveryContainerAsPodSecurityRestrictedWantsIt(String values) throws IOException {
        for (JsonNode manifest : RenderedChart.of(values).all()) {
            JsonNode pod = manifest.path("kind").asText().equals("Pod")
                    ? manifest.path("spec")
                    : manifest.at("/spec/template/spec");
            if (pod.isMissingNode()) {
                continue;
            }
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod.path("volumes"))
                    .allSatisfy(volume -> assertThat(volume.has("hostPath")).isFalse());
            for (String containers : List.of("containers", "initContainers")) {
                for (JsonNode container : pod.path(containers)) {
                    JsonNode security = container.path("securityContext");
                    assertThat(security.path("readOnlyRootFilesystem").asBoolean())
                            .isTrue();
                    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                }
            }
        }
    }

    /** A node of two cores keeps some for itself, and an update has one pod more for a while. */
    @Test
    void theSmallestClusterHasTwoCores() throws IOException {
        RenderedChart chart = RenderedChart.of("cpu");
        int millis = 0;
        int most = 0;
        for (Service service : Service.TRIO) {
            JsonNode deployment = chart.only("Deployment", "x-speckv-" + service.label());
            int each = Integer.parseInt(deployment
                    .at("/spec/template/spec/containers/0/resources/requests/cpu")
                    .asText()
                    .replace("m", ""));
            millis += deployment.at("/spec/replicas").asInt() * each;
            most = Math.max(most, each);
        }
        assertThat(millis + most).isLessThan(1500);
    }

    @Test
    void clientsCallTheModelByAName() throws IOException {
        assertThat(settings(RenderedChart.of("cpu"), "target").at("/model/name").asText())
                .isEqualTo("speckv-tiny-target");
        assertThat(settings(RenderedChart.of("gpu"), "target").at("/model/name").asText())
                .isEqualTo("llama-3.1-8b");
        assertThat(settings(RenderedChart.of("air-gapped"), "draft")
                        .at("/model/name")
                        .asText())
                .isEqualTo("draft");
        assertThat(settings(RenderedChart.of("every-knob"), "draft")
                        .at("/model/name")
                        .asText())
                .isEqualTo("small");
    }

    /** Helm passes fractions of --set as strings. */
    @Test
    void aShareOfTracesMayComeAsText() throws IOException {
        assertThat(settings(RenderedChart.of("cpu", Map.of("telemetry.traceShare", "0.2")), "router")
                        .at("/telemetry/trace-share")
                        .asDouble())
                .isEqualTo(0.2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "air-gapped"})
    void noVolumeHidesTheFolderThatAModelIsCopiedFrom(String values) throws IOException {
        for (JsonNode manifest : RenderedChart.of(values).all()) {
            for (JsonNode container : manifest.at("/spec/template/spec/initContainers")) {
                if (container.at("/command/0").asText().equals("cp")) {
                    Path copied = Path.of(container.at("/command/2").asText());

                    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
                            .isNotEmpty()
                            .noneMatch(copied::startsWith)
                            .anyMatch(Path.of(container.at("/command/3").asText())::startsWith);
                }
            }
        }
    }

    @Test
    void aModelThatPodsShareIsFetchedOnce(@TempDir Path folder) throws IOException {
        RenderedChart chart = RenderedChart.withHooks("every-knob", folder);
        List<JsonNode> jobs = chart.all().stream()
                .filter(manifest -> manifest.path("kind").asText().equals("Job"))
                .toList();
        assertThat(jobs).hasSize(1);
        assertThatCode(() -> RenderedChart.strictly(jobs.get(0))).doesNotThrowAnyException();
        assertThat(jobs.get(0)
                        .at("/metadata/annotations/example.com~1was-a-hook")
                        .asText())
                .isNotEmpty();
        assertThat(chart.only("Deployment", "x-speckv-router")
                        .at("/spec/template/spec/volumes")
                        .findValue("claimName")
                        .asText())
                .isEqualTo("models");
    }

    @Test
    void routesHaveTheTimeThatLongPromptsNeed() throws IOException {
        RenderedChart chart = RenderedChart.of("every-knob");
        assertThat(chart.only("HTTPRoute", "x-speckv-router")
                        .at("/spec/rules/0/timeouts/request")
                        .asText())
                .isEqualTo("3600s");
        JsonNode http = chart.only("Ingress", "x-speckv-router-http").at("/metadata/annotations");
        assertThat(http.path("nginx.ingress.kubernetes.io/proxy-read-timeout").asText())
                .as("the operator's wins")
                .isEqualTo("60");
        assertThat(http.path("nginx.ingress.kubernetes.io/proxy-send-timeout").asText())
                .isEqualTo("3600");
        assertThat(chart.only("Ingress", "x-speckv-router-grpc")
                        .at("/metadata/annotations/nginx.ingress.kubernetes.io~1backend-protocol")
                        .asText())
                .isEqualTo("GRPCS");
    }

    @Test
    void everyKnobReachesItsPod() throws IOException {
        JsonNode pod = RenderedChart.of("every-knob")
                .only("Deployment", "x-speckv-draft")
                .at("/spec/template");
        assertThat(pod.at("/metadata/labels/team").asText()).isEqualTo("models");
        assertThat(pod.at("/metadata/annotations/example.com~1scrape").asText()).isEqualTo("true");
        JsonNode spec = pod.path("spec");
        assertThat(spec.path("serviceAccountName").asText()).isEqualTo("x-speckv");
        assertThat(spec.path("priorityClassName").asText()).isEqualTo("models");
        assertThat(spec.path("runtimeClassName").asText()).isEqualTo("nvidia");
        assertThat(spec.path("hostAliases")).hasSize(1);
        assertThat(spec.path("affinity")).isNotEmpty();
        assertThat(spec.at("/topologySpreadConstraints/1/whenUnsatisfiable").asText())
                .isEqualTo("DoNotSchedule");
        assertThat(spec.path("initContainers")).hasSize(1);
        assertThat(spec.path("containers")).hasSize(2);
        assertThat(spec.at("/containers/0/image").asText())
                .isEqualTo("registry.example.com/speckv/draft:0.1.0-cuda"
                        + "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        assertThat(spec.at("/containers/0/resources/limits/nvidia.com~1mig-1g.10gb")
                        .asInt())
                .isEqualTo(1);
        assertThat(spec.at("/containers/0/resources/claims/0/name").asText()).isEqualTo("gpu");
        assertThat(spec.path("volumes").findValuesAsText("reference"))
                .containsExactly("registry.example.com/models/small:1");
    }

    @Test
    void kedaReadsTheSignalsFromPrometheus() throws IOException {
        RenderedChart chart = RenderedChart.of(
                "gpu",
                Map.of(
                        "target.autoscaling.keda.enabled", "true",
                        "target.autoscaling.keda.prometheus", "http://prometheus:9090"));
        JsonNode scaled = chart.only("ScaledObject", "x-speckv-target").path("spec");
        assertThat(scaled.at("/scaleTargetRef/name").asText()).isEqualTo("x-speckv-target");
        assertThat(scaled.path("triggers")).hasSize(2);
        assertThat(scaled.at("/triggers/1/metadata/query").asText()).startsWith("sum(speckv_slots_used{");
        assertThat(scaled.at("/advanced/horizontalPodAutoscalerConfig/behavior/scaleUp/policies/0/value")
                        .asInt())
                .as("one pod at a time")
                .isEqualTo(1);
        assertThat(chart.all())
                .noneMatch(manifest -> manifest.path("kind").asText().equals("HorizontalPodAutoscaler")
                        && manifest.at("/metadata/name").asText().equals("x-speckv-target"));
        assertThatThrownBy(() -> RenderedChart.of("gpu", Map.of("target.autoscaling.keda.enabled", "true")))
                .hasMessageContaining("target.autoscaling.keda.prometheus says where Prometheus answers");
    }

    @Test
    void policiesLetNamesPeersTheCollectorAndProbesThrough() throws IOException {
        RenderedChart chart = RenderedChart.of("every-knob");
        JsonNode router = chart.only("NetworkPolicy", "x-speckv-router").path("spec");
        assertThat(router.path("policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(router.path("egress").findValuesAsText("port")).contains("53", "9001", "9002", "4317", "443");
        assertThat(router.path("ingress").findValuesAsText("port")).contains("9090");
        JsonNode target = chart.only("NetworkPolicy", "x-speckv-target").path("spec");
        assertThat(target.path("egress").findValuesAsText("port"))
                .contains("53", "4317")
                .doesNotContain("9001");
    }

    @Test
    void targetsMayBeElsewhere() throws IOException {
        RenderedChart chart = RenderedChart.of("drafts-only");
        assertThat(settings(chart, "router").at("/target/channel/target").asText())
                .isEqualTo("dns:///large-speckv-target.models.svc:9002");
        assertThat(chart.all())
                .noneMatch(manifest -> manifest.at("/metadata/name").asText().equals("x-speckv-target"));
        RenderedChart alone = RenderedChart.of("cpu", Map.of("draft.enabled", "false"));
        assertThat(settings(alone, "router").at("/drafting/enabled").asBoolean(true))
                .isFalse();
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
