package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How an operator changes what an image tells its JVM ({@code docs/operations.md}, "Images"). */
class JvmOptionsTest {
    private static final String HEAP = "-XX:MaxRAMPercentage=";

    @TempDir
    Path folder;

    /** Starts a JVM as an image does, without a service, and returns the share of the memory that its heap may take. */
    private double heap(Service service, String variable) throws IOException, InterruptedException {
        List<String> ours = Files.readAllLines(Home.FOLDER.resolve("deploy/images/" + service.label() + ".args"));
        Path arguments = Files.write(
                folder.resolve("java.args"),
                ours.stream().filter(line -> line.startsWith("-X")).toList());
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@" + arguments,
                        "-XX:+PrintFlagsFinal",
                        "-version")
                .redirectError(folder.resolve("stderr").toFile());
        java.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        java.environment().put(variable, HEAP + "61");
        Process process = java.start();
        String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Double.parseDouble(flags.replaceAll("(?s).* MaxRAMPercentage +=\\s+([0-9.]+).*", "$1"));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void whatAnImageSetsGivesWayToOneVariable(Service service) throws Exception {
        assertThat(heap(service, "_JAVA_OPTIONS")).isEqualTo(61);
    }

    @Test
    void whatAnImageSetsWinsOverTheOther() throws Exception {
        assertThat(heap(Service.ROUTER, "JDK_JAVA_OPTIONS")).isEqualTo(70);
    }
}
