package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OpenAiClientTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "clients", "openai");

    @Test
    void theOfficialNodeClientListsStreamsAndReadsErrors() throws Exception {
        assumeTrue(
                Files.isDirectory(EXAMPLE.resolve("node_modules/openai")),
                "the openai package is not installed (npm install in docs/clients/openai): the client is not tested");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node"))),
                "node is not installed: the client is not tested");
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            ProcessBuilder builder = new ProcessBuilder("node", "stream.mjs")
                    .directory(EXAMPLE.toFile())
                    .redirectErrorStream(true);
            builder.environment().put("OPENAI_BASE_URL", server.url("/v1"));
            Process node = builder.start();
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor()).as(output).isZero();
            assertThat(output).isEqualTo("""
                The code is 4711.
                1000 prompt tokens
                specpc kept 128
                n: 400 n is 33, must be 1 to 32
                """);
        }
    }
}
