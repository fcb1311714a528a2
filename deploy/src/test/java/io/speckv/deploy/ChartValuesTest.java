package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.router.settings.RouterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that contradict each other, and what is made of those that do not. */
class ChartValuesTest {
    private static Map<String, String> set(String overrides) {
        return Arrays.stream(overrides.split(" "))
                .map(override -> override.split("=", 2))
                .collect(Collectors.toMap(override -> override[0], override -> override[1]));
    }

    @ParameterizedTest
    @CsvSource({
        "target.enabled=false, target.enabled is false",
        "target.address=dns:///other:9002, nothing would ask",
        "target.enabled=false target.address=a:9002 target.engine.url=https://vllm, no target would ask that engine",
        "target.engine.url=http://vllm:8000, would be open to the network",
        "tls.mode=secret tls.secretNames.draft=a tls.secretNames.target=b, needs tls.secretNames.router",
        "draft.autoscaling.enabled=true draft.autoscaling.min=5 draft.autoscaling.max=2, draft.autoscaling.min is 5",
        "http.enabled=false expose.ingress.enabled=true expose.ingress.httpHost=a.example, http.enabled is false",
        "http.enabled=false expose.ingress.enabled=true, set grpcHost",
        "http.enabled=false expose.gateway.enabled=true expose.gateway.parentRefs[0].name=edge, has nothing to route",
        "http.enabled=false expose.service.enabled=true expose.service.nodePorts.http=30080, http.enabled is false",
        "router.settings.limit.prompt-tokens=8, limit",
        "draft.settings.slots.small.count=4, slots",
        "target.settings.tokenisers=a, tokenisers"
    })
    void refusesWhatContradictsItself(String overrides, String said) {
        assertThatThrownBy(() -> RenderedChart.text("cpu", set(overrides))).hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "draft.enabled=false tls.mode=secret tls.secretNames.target=b tls.secretNames.router=c",
                "target.enabled=false router.settings.models.large.target.channel.target=large:9002",
                "target.enabled=false router.settings.target.pools.blue.channel.target=blue:9002",
                "draft.autoscaling.min=5 draft.autoscaling.max=2",
                "http.enabled=false expose.ingress.enabled=true expose.ingress.grpcHost=a.example",
                "target.engine.url=http://127.0.0.1:8000",
                // As a settings file may have it, too.
                "router.settings.queue\\.running=64"
            })
    void takesWhatDoesNot(String overrides) {
        assertThatCode(() -> RenderedChart.text("cpu", set(overrides))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft", "target", "router"})
    void theSchemaKnowsEveryKeyOfTheSettings(String service) throws IOException {
        JsonNode schema = RenderedChart.YAML.readTree(
                Home.CHART.resolve("values.schema.json").toFile());
        Set<String> known = new TreeSet<>();
        schema.at("/properties/" + service + "/properties/settings/properties")
                .fieldNames()
                .forEachRemaining(known::add);

        assertThat(known).isEqualTo(keys(service));
    }

    private static Set<String> keys(String service) {
        return switch (service) {
            case "draft" -> keys(Service.DRAFT, "--model.folder=x");
            case "router" -> keys(Service.ROUTER, "--tokenizer.target=x");
            default -> {
                Set<String> both = keys(Service.TARGET, "--model.folder=x");
                both.addAll(keys(Service.ENGINE_TARGET, "--engine.url=http://localhost", "--tokenizer=x"));
                yield both;
            }
        };
    }

    private static Set<String> keys(Service service, String... required) {
        return requireNonNull(ChartTest.LOADERS.get(service)).load(null, Map.of(), List.of(required)).lines().stream()
                .map(line -> line.key().split("\\.", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Brackets begin lists in YAML, colons maps, and number signs comments. */
    @ParameterizedTest
    @CsvSource({
        "target.address, [fd00::1]:9002, /target/channel/target",
        "telemetry.otlpEndpoint, http://a: b, /telemetry/otlp-endpoint",
        "router.model.folder, a #b, /tokenizer/target"
    })
    void whatIsWrittenReachesTheSettingsAsItIs(String key, String value, String place, @TempDir Path folder)
            throws IOException {
        RenderedChart chart = RenderedChart.of("drafts-only", Map.of(key, value));

        assertThat(chart.settings("router").at(place).asText()).endsWith(value);
        String settings = chart.only("ConfigMap", "x-speckv-router")
                .at("/data/settings.yaml")
                .asText();
        Path file = Files.writeString(folder.resolve("router"), settings);
        assertThatCode(() -> RouterSettings.loader().load(file, Map.of(), List.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void settingsThatAreNoYamlAreRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> RenderedChart.altered("cpu", folder, "log-format: ", "log-format: [", Map.of()))
                .hasMessageContaining("the settings of the draft are no YAML");
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, target.model.name=null, \"speckv-tiny-target\"",
        "cpu, target.model.name=mine, \"mine\"",
        "cpu, target.settings.model.name=mine, \"mine\"",
        "engine, target.model.name=mine, \"mine\""
    })
    void sayWhatClientsCallTheModel(String values, String overrides, String name) {
        assertThat(RenderedChart.notes(values, set(overrides))).contains("Clients call the model " + name);
    }

    @ParameterizedTest
    @CsvSource({
        "drafts-only, draft.replicas=1",
        "engine, target.model.name=null",
        "cpu, router.settings.models.a.target.channel.target=a:9002"
    })
    void sayWhereTheNameIsFoundThatOnlyARunningServiceKnows(String values, String overrides) {
        assertThat(RenderedChart.notes(values, set(overrides)))
                .contains("its /v1/models says")
                .doesNotContain("Clients call the model");
    }

    @Test
    void theRouterMayReachOnlyPeersThatThereAre() throws IOException {
        assertThat(RenderedChart.of("drafts-only", Map.of("networkPolicy.egress.enabled", "true"))
                        .only("NetworkPolicy", "x-speckv-router")
                        .at("/spec/egress")
                        .findValuesAsText("port"))
                .contains("9001")
                .doesNotContain("9002");
    }
}
