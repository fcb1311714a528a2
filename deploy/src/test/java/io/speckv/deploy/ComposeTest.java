package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeTest {
    private static JsonNode services(String file) throws IOException {
        return RenderedChart.YAML.readTree(Home.COMPOSE.resolve(file).toFile()).path("services");
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, mode = EnumSource.Mode.EXCLUDE, names = "ENGINE_TARGET")
    void givesEveryServiceSettingsThatItAccepts(Service service) throws IOException {
        Path file = Home.COMPOSE.resolve("config/" + service.label() + ".yaml");
        Map<String, String> environment = new HashMap<>();
        services("observability.yaml")
                .path(service.label())
                .path("environment")
                .properties()
                .forEach(one -> environment.put(one.getKey(), one.getValue().asText()));

        assertThat(environment).isNotEmpty();
        assertThatCode(() -> {
                    requireNonNull(ChartTest.LOADERS.get(service)).load(file, Map.of(), List.of());
                    requireNonNull(ChartTest.LOADERS.get(service)).load(file, environment, List.of());
                })
                .doesNotThrowAnyException();
    }

    @Test
    void anEngineTakesTheTargetsPlaceWithSettingsThatItAccepts() throws IOException {
        JsonNode target = services("engine.yaml").path("target");
        Path file = Home.COMPOSE.resolve("config/engine-target.yaml");

        assertThat(target.path("image").asText()).startsWith("speckv/engine-target:");
        assertThat(target.path("environment").has("SPECKV_ENGINE__URL")).isTrue();
        assertThatCode(() -> requireNonNull(ChartTest.LOADERS.get(Service.ENGINE_TARGET))
                        .load(file, Map.of("SPECKV_ENGINE__URL", "http://engine:8000"), List.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void anEngineLaysChatsOutWithSettingsThatTheRouterAccepts() throws IOException {
        Map<String, String> environment = Map.of("RENDERER_KIND", "vllm", "RENDERER_URL", "http://engine:8000");
        Map<String, String> settings = new HashMap<>();
        services("renderer.yaml").at("/router/environment").properties().forEach(one -> {
            String asked = one.getValue().asText().replaceFirst("^\\$\\{(\\w+):\\?.*}$", "$1");
            settings.put(one.getKey(), environment.getOrDefault(asked, asked));
        });
        Path file = Home.COMPOSE.resolve("config/router.yaml");

        assertThat(settings.values()).contains("vllm", "http://engine:8000");
        assertThatCode(() ->
                        requireNonNull(ChartTest.LOADERS.get(Service.ROUTER)).load(file, settings, List.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "observability.yaml", "engine.yaml"})
    void mountsOnlyWhatExists(String file) throws IOException {
        List<String> sources = services(file).findValues("volumes").stream()
                .flatMap(JsonNode::valueStream)
                .map(volume -> volume.asText()
                        .replaceFirst("^\\$\\{\\w+:-([^}]+)}", "$1")
                        .split(":", 2)[0])
                .toList();

        assertThat(sources)
                .isNotEmpty()
                .allSatisfy(source -> assertThat(Home.COMPOSE.resolve(source)).exists());
    }
}
