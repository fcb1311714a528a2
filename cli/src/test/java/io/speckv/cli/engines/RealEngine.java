package io.speckv.cli.engines;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An engine's own server as a process, with the bundled target in float32. */
final class RealEngine implements AutoCloseable {
    static final Path ROOT = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("")
            .toAbsolutePath()
            .normalize();

    private static final Duration TO_LOAD = Duration.ofMinutes(10);
    private static final Duration TO_ITS_END = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path log;

    private RealEngine(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Returns where {@code evals/engines/install-...} puts an engine. */
    static Path installed(String inside) {
        return ROOT.resolve("evals/target/engines").resolve(inside);
    }

    /** Starts a command in which PORT stands for a free port. */
    static RealEngine start(Path folder, List<String> command, Map<String, String> environment) throws IOException {
        int port = freePort();
        Path log = Files.createTempFile(folder, "engine", ".log");
        ProcessBuilder builder = new ProcessBuilder(command.stream()
                        .map(argument -> argument.equals("PORT") ? String.valueOf(port) : argument)
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        // What is tuned for libtorch is not theirs.
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_") || name.equals("LD_PRELOAD"));
        return new RealEngine(builder.start(), port, log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Waits until it says that it can be asked. */
    void awaitHealth() throws IOException {
        long end = System.nanoTime() + TO_LOAD.toNanos();
        while (!isHealthy()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("the engine does not serve: " + said());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private boolean isHealthy() {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(url() + "/health"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // it does not listen yet
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the end of what it said, for a test that fails. */
    String said() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Returns a number of its metrics, all labels together. */
    double metric(String name) throws IOException, InterruptedException {
        String text = http.send(
                        HttpRequest.newBuilder(URI.create(url() + "/metrics")).build(), BodyHandlers.ofString())
                .body();
        Matcher value = Pattern.compile("^" + Pattern.quote(name) + "(?:\\{[^}]*})? ([-0-9.e+]+)$", Pattern.MULTILINE)
                .matcher(text);
        double sum = 0;
        while (value.find()) {
            sum += Double.parseDouble(value.group(1));
        }
        return sum;
    }

    /** Sends it SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Kills it and all its processes. */
    void kill() {
        ProcessHandle[] all = process.descendants().toArray(ProcessHandle[]::new);
        process.destroyForcibly();
        Arrays.stream(all).forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        kill();
        try {
            if (!process.waitFor(TO_ITS_END.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("an engine does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
