package io.speckv.bench.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a peer and reads the speeds that it prints as its last line. */
final class PeerProcess {
    private static final int LINES_SHOWN = 4;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private PeerProcess() {}

    /**
     * Returns one speed for each prompt.
     *
     * @throws PeerUnavailableException with the beginning of the output, if there are no speeds
     */
    static List<PeerSpeed> run(List<String> command, int speeds) throws PeerUnavailableException, IOException {
        Path errors = Files.createTempFile("speckv-peer", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            // Removes the launcher's tuning for libtorch, which a user of the peer would not have.
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("MALLOC_") || name.equals("GOMP_SPINCOUNT"));
            Process process = start(builder);
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = exitStatus(process);
            if (status != 0) {
                throw new PeerUnavailableException(
                        "exit status " + status + ": " + beginning(Files.readString(errors)));
            }
            List<PeerSpeed> printed = parse(output);
            if (printed.size() != speeds) {
                throw new PeerUnavailableException("printed " + printed.size() + " speeds instead of " + speeds);
            }
            return printed;
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static Process start(ProcessBuilder builder) throws PeerUnavailableException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new PeerUnavailableException(
                    "cannot start " + builder.command().get(0) + ": " + e.getMessage(), e);
        }
    }

    private static int exitStatus(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a peer ran");
        }
    }

    private static List<PeerSpeed> parse(String output) throws PeerUnavailableException {
        String last = output.lines().reduce("", (before, line) -> line);
        try {
            return List.of(MAPPER.readValue(last, PeerSpeed[].class));
        } catch (JsonProcessingException e) {
            throw new PeerUnavailableException("printed no speeds but: " + beginning(output), e);
        }
    }

    /** Returns the first lines of an error as one line; stack traces name the cause at their top. */
    private static String beginning(String text) {
        try (Stream<String> lines = text.lines()) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("WARNING"))
                    .limit(LINES_SHOWN)
                    .collect(Collectors.joining(" | "));
        }
    }
}
