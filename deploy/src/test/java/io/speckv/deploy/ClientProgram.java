package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The clients of {@code docs/clients}, run as their README says. Tests are skipped where their libraries are not installed. */
final class ClientProgram {
    private static final Path CLIENTS = Home.FOLDER.resolve("docs/clients");

    private ClientProgram() {}

    /** Returns what the Python client prints for the example's prompt. */
    static String python(String router, Path folder) throws Exception {
        Path plugin = Path.of("/usr/bin/grpc_python_plugin");
        assumeThat(plugin)
                .as("apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc")
                .exists();
        Path protos = Home.FOLDER.resolve("proto/src/main/proto");
        List<String> compile = new ArrayList<>(List.of(
                "protoc",
                "-I",
                protos.toString(),
                "--python_out=" + folder,
                "--grpc_python_out=" + folder,
                "--plugin=protoc-gen-grpc_python=" + plugin));
        try (var files = Files.list(protos.resolve("speckv/v1"))) {
            files.map(Path::toString).forEach(compile::add);
        }
        output(folder, Map.of(), compile);
        return output(
                folder,
                Map.of("PYTHONPATH", folder.toString()),
                asking(router, "/usr/bin/python3", "python/speckv_client.py"));
    }

    /** Returns what the Node client prints for the example's prompt. */
    static String node(String router, Path folder) throws Exception {
        assumeThat(CLIENTS.resolve("node/node_modules/@grpc/grpc-js"))
                .as("npm install --prefix docs/clients/node")
                .exists();
        return output(folder, Map.of(), asking(router, "node", "node/client.mjs"));
    }

    private static List<String> asking(String router, String interpreter, String client) {
        return List.of(interpreter, CLIENTS.resolve(client).toString(), "--router", router, "--max-new-tokens", "12");
    }

    private static String output(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Answers.PROMPT.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readString(out);
    }
}
