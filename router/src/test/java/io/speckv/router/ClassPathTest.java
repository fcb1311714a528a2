package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClassPathTest {
    @Test
    void theRouterCarriesNoModelRuntime() {
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);

        assertThat(Arrays.stream(entries))
                .anyMatch(entry -> entry.contains("tokenizers"))
                .noneMatch(entry -> entry.contains("pytorch")
                        || entry.matches(".*speckv-engine-(?!client).*")
                        || entry.contains("engine" + File.separator + "target"));
    }
}
