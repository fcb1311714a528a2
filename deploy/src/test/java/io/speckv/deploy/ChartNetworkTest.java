package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reaches whom, by which ports and routes. */
class ChartNetworkTest {
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
        JsonNode settings = chart.settings("router").path("http");

        assertThat(settings.path("port").asInt()).isEqualTo(8080);
        assertThat(settings.path("tls"))
                .isEqualTo(chart.settings("router").at("/server/tls"))
                .isNotEmpty();
        assertThat(chart.settings("target").has("http")).isFalse();
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

    @Test
    void opensNoHttpPortWhereNoneIsWanted() throws IOException {
        assertThat(RenderedChart.text("cpu", Map.of("http.enabled", "false"))).doesNotContain("8080", "http:");
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

    @ParameterizedTest
    @ValueSource(strings = {"http", "grpc"})
    void aGatewaySpeaksTlsToARouterThatWantsIt(String port) throws IOException {
        JsonNode policy = RenderedChart.of("every-knob")
                .only("BackendTLSPolicy", "x-speckv-router-" + port)
                .path("spec");

        assertThat(policy.at("/targetRefs/0/name").asText()).isEqualTo("x-speckv-router");
        assertThat(policy.at("/targetRefs/0/sectionName").asText()).isEqualTo(port);
        assertThat(policy.at("/validation/hostname").asText()).isEqualTo("x-speckv-router.speckv.svc");
        assertThat(policy.at("/validation/caCertificateRefs/0/kind").asText()).isEqualTo("Secret");
        assertThat(policy.at("/validation/caCertificateRefs/0/name").asText()).isEqualTo("router-tls");
    }

    @Test
    void aGatewayMayTakeTheAuthorityFromAConfigMap() throws IOException {
        JsonNode authority = RenderedChart.of("every-knob", Map.of("expose.gateway.authority", "roots"))
                .only("BackendTLSPolicy", "x-speckv-router-http")
                .at("/spec/validation/caCertificateRefs/0");

        assertThat(authority.path("kind").asText()).isEqualTo("ConfigMap");
        assertThat(authority.path("name").asText()).isEqualTo("roots");
    }

    @ParameterizedTest
    @CsvSource({"tls.mode, none", "expose.gateway.backendTls, false"})
    void noPolicyIsWrittenWhereNoneIsWanted(String key, String value) {
        assertThat(RenderedChart.text("every-knob", Map.of(key, value)))
                .contains("kind: HTTPRoute")
                .doesNotContain("BackendTLSPolicy");
    }

    @Test
    void aWildcardIsAHostOfAnIngress() throws IOException {
        assertThat(RenderedChart.of("every-knob", Map.of("expose.ingress.httpHost", "*.example.com"))
                        .only("Ingress", "x-speckv-router-http")
                        .at("/spec/rules/0/host")
                        .asText())
                .isEqualTo("*.example.com");
    }

    /** The router would end a request after ten minutes that its routes let run for an hour. */
    @Test
    void theRouterGivesARequestAsMuchTimeAsItsRoutes() throws IOException {
        assertThat(RenderedChart.of("every-knob")
                        .settings("router")
                        .at("/http/request-timeout")
                        .asText())
                .isEqualTo("3600s");
        assertThat(RenderedChart.of("cpu", Map.of("router.settings.http.request-timeout", "5m"))
                        .settings("router")
                        .at("/http/request-timeout")
                        .asText())
                .isEqualTo("5m");
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
}
