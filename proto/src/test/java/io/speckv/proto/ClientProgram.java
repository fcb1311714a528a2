package io.speckv.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The clients of {@code docs/clients}, run as their README says, with the example's prompt as input. A test is skipped
 * where what its client needs is not installed.
 */
public final class ClientProgram {
    private static final Path PROJECT = Path.of(System.getProperty("speckv.golden"))
            .resolve("..")
            .toAbsolutePath()
            .normalize();
    private static final Path CLIENTS = PROJECT.resolve("docs/clients");
    private static final String PYTHON = "/usr/bin/python3";
    private static final Path PLUGIN = Path.of("/usr/bin/grpc_python_plugin");

    /**
     * What a client printed.
     *
     * @param out the answer
     * @param err what it says about the answer
     */
    public record Printed(String out, String err) {}

    private ClientProgram() {}

    /**
     * Runs the Python client.
     *
     * @param folder empty, for the generated code and what is printed
     */
    public static Printed python(Path folder, String... arguments) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(PLUGIN)
                        && isInstalled(folder, "protoc", "--version")
                        && isInstalled(folder, PYTHON, "-c", "import grpc, google.protobuf")
                        && Files.exists(Path.of("/usr/include/google/protobuf/duration.proto")),
                "not installed: apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev");
        Path protos = PROJECT.resolve("proto/src/main/proto");
        List<String> compile = new ArrayList<>(List.of(
                "protoc",
                "-I",
                protos.toString(),
                "--python_out=" + folder,
                "--grpc_python_out=" + folder,
                "--plugin=protoc-gen-grpc_python=" + PLUGIN));
        try (var files = Files.list(protos.resolve("speckv/v1"))) {
            files.map(Path::toString).forEach(compile::add);
        }
        var unused = printed(folder, Map.of(), compile);
        return printed(
                folder, Map.of("PYTHONPATH", folder.toString()), client(PYTHON, "python/speckv_client.py", arguments));
    }

    /**
     * Runs the Node client.
     *
     * @param folder for what is printed
     */
    public static Printed node(Path folder, String... arguments) throws IOException, InterruptedException {
        assumeTrue(
                Files.isDirectory(CLIENTS.resolve("node/node_modules/@grpc/grpc-js"))
                        && isInstalled(folder, "node", "--version"),
                "not installed: npm install --prefix docs/clients/node");
        return printed(folder, Map.of(), client("node", "node/client.mjs", arguments));
    }

    /**
     * Runs a program with OpenAI's client, that of Node or of Python as the program's name says.
     *
     * @param folder for what is printed
     * @param baseUrl of the API, which ends in {@code /v1}
     */
    public static Printed openAi(Path folder, String program, String baseUrl) throws IOException, InterruptedException {
        boolean python = program.endsWith(".py");
        String interpreter = python ? CLIENTS.resolve("openai/venv/bin/python").toString() : "node";
        assumeTrue(
                python
                        ? isInstalled(folder, interpreter, "-c", "import openai")
                        : Files.isDirectory(CLIENTS.resolve("openai/node_modules/openai"))
                                && isInstalled(folder, "node", "--version"),
                "not installed: docs/clients/README.md says how to install OpenAI's clients");
        return printed(folder, Map.of("OPENAI_BASE_URL", baseUrl), client(interpreter, "openai/" + program));
    }

    private static List<String> client(String interpreter, String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(interpreter, CLIENTS.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isInstalled(Path folder, String... command) throws InterruptedException {
        try {
            return ended(folder, Map.of(), List.of(command)).exitValue() == 0;
        } catch (IOException e) {
            return false; // the program is not there
        }
    }

    private static Printed printed(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Process process = ended(folder, environment, command);
        Printed printed = new Printed(Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
        assertThat(process.exitValue()).as(printed.err()).isZero();
        return printed;
    }

    private static Process ended(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(
                        PROJECT.resolve("docs/examples/hidden-number.txt").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES))
                .as(String.join(" ", command))
                .isTrue();
        return process;
    }
}
