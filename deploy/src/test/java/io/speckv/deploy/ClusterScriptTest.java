package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that runs the cluster's stories, where it cannot. */
class ClusterScriptTest {
    /** Enough of a system to begin, and nothing to build a cluster with. */
    private static void bareSystem(Path folder) throws IOException {
        for (String tool : List.of("bash", "dirname", "realpath", "id")) {
            Path found = List.of("/usr/bin", "/bin").stream()
                    .map(bin -> Path.of(bin, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Files.copy(found, folder.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    @Test
    void aMachineThatLacksThePartsIsNoSuccess(@TempDir Path folder) throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        bareSystem(tools);
        File said = folder.resolve("said").toFile();
        ProcessBuilder script = new ProcessBuilder(
                        Home.FOLDER.resolve("deploy/cluster/test").toString(),
                        folder.resolve("cluster").toString())
                .redirectErrorStream(true)
                .redirectOutput(said);
        script.environment().put("PATH", tools.toString());

        assertThat(script.start().waitFor()).as("the service is unavailable").isEqualTo(69);
        assertThat(said).content().startsWith("test: skipped: ").hasLineCount(1);
    }
}
