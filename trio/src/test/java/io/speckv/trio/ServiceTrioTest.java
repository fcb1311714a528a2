package io.speckv.trio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // counts the process's threads
class ServiceTrioTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolve("models");

    @Test
    void aTrioWhoseRouterFailsLeavesNoServiceBehind() {
        List<String> quiet = List.of("--server.port=0", "--telemetry.log-level=WARN");
        ServiceTrio.Plan plan = new ServiceTrio.Plan(
                MODELS.resolve("qwen2-draft"),
                MODELS.resolve("qwen2-target"),
                quiet,
                quiet,
                List.of("--server.port=0", "--drafting.deadline-share=7"));
        int before = serverThreads();

        assertThatThrownBy(() -> ServiceTrio.start(plan)).isInstanceOf(SettingsException.class);

        assertThat(serverThreads()).isEqualTo(before);
    }

    /** Returns how many engines of services run in this process. */
    private static int serverThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("speckv-(target|draft)-engine"))
                .count();
    }
}
