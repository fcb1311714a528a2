package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComposeTest {
    @ParameterizedTest
    @EnumSource(Service.class)
    void givesEveryServiceSettingsThatItAccepts(Service service) {
        Path file = Home.COMPOSE.resolve("config/" + service.label() + ".yaml");

        assertThatCode(() -> requireNonNull(ChartTest.LOADERS.get(service)).load(file, Map.of(), List.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void mountsOnlyWhatExists(Service service) throws IOException {
        JsonNode compose =
                RenderedChart.YAML.readTree(Home.COMPOSE.resolve("compose.yaml").toFile());

        JsonNode volumes = compose.at("/services/" + service.label() + "/volumes");

        assertThat(volumes).isNotEmpty();
        volumes.forEach(volume -> {
            String source =
                    volume.asText().replaceFirst("^\\$\\{\\w+:-([^}]+)}", "$1").split(":", 2)[0];
            assertThat(Files.exists(Home.COMPOSE.resolve(source))).as(source).isTrue();
        });
    }
}
