package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods are allowed, given and made of. */
class ChartPodsTest {
    private static final String ACCOUNT = "serviceAccount.";

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "air-gapped"})
    void givesPodsLongerThanTheyDrain(String values) throws IOException {
        RenderedChart chart = RenderedChart.of(values);
        JsonNode pod = chart.only("Deployment", "x-speckv-target").at("/spec/template/spec");
        JsonNode settings = chart.settings("target");

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
        for (JsonNode pod : RenderedChart.of(values).pods().values()) {
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

    @ParameterizedTest
    @ValueSource(strings = {"air-gapped", "every-knob"})
    void everyPodMayPullFromAPrivateRegistry(String values, @TempDir Path folder) throws IOException {
        assertThat(RenderedChart.withHooks(values, folder).pods())
                .containsKeys("x-speckv-collector", "x-speckv-test", "x-speckv-router")
                .allSatisfy((name, pod) -> assertThat(
                                pod.at("/imagePullSecrets/0/name").asText())
                        .as(name)
                        .isEqualTo("registry"));
    }

    @Test
    void everyPodThatRunsOnIsLookedAt() throws IOException {
        assertThat(RenderedChart.of("every-knob").pods()).hasSize(4).allSatisfy((name, pod) -> {
            JsonNode container = pod.at("/containers/0");
            assertThat(container.has("readinessProbe")).as(name).isTrue();
            assertThat(container.has("livenessProbe")).as(name).isTrue();
        });
    }

    @Test
    void everyPodHasTheAccountThatExists(@TempDir Path folder) throws IOException {
        var pods = RenderedChart.withHooks(
                        "every-knob", folder, Map.of(ACCOUNT + "create", "false", ACCOUNT + "name", "given"))
                .pods();

        assertThat(pods)
                .hasSize(6)
                .allSatisfy(
                        (name, pod) -> assertThat(pod.path("serviceAccountName").asText())
                                .as(name)
                                .isEqualTo("given"));
    }

    /** A job before an install runs before the release's own account is there. */
    @Test
    void everyPodButAJobBeforeTheInstallHasTheAccountThatTheReleaseMakes(@TempDir Path folder) throws IOException {
        assertThat(RenderedChart.withHooks("every-knob", folder).pods())
                .hasSize(6)
                .allSatisfy(
                        (name, pod) -> assertThat(pod.path("serviceAccountName").asText())
                                .as(name)
                                .isEqualTo(name.startsWith("x-speckv-model-") ? "" : "x-speckv"));
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
