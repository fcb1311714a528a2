package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A service as an operating-system process of its own, on a free port. */
final class ServiceProcess {
    private static final Pattern LISTENING = Pattern.compile("listening .*port=\"?(\\d+)");
    private static final Pattern LISTENING_FOR_HTTP = Pattern.compile("listening for HTTP .*port=\"?(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Of this build. */
    static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static ServiceProcess start(Class<?> main, Path folder, String... flags) throws IOException {
        return startBy(List.of(), main, folder, flags);
    }

    /** Starts by a command that ends with running what follows it. */
    static ServiceProcess startBy(List<String> wrapper, Class<?> main, Path folder, String... flags)
            throws IOException {
        return run(wrapper, CLASS_PATH, main, folder, withPort(flags));
    }

    /** Starts a service of another build, which has this class path. */
    static ServiceProcess startOf(String classPath, Class<?> main, Path folder, String... flags) throws IOException {
        return run(List.of(), classPath, main, folder, withPort(flags));
    }

    private static List<String> withPort(String... flags) {
        List<String> arguments = new ArrayList<>(Arrays.asList(flags));
        if (arguments.stream().noneMatch(flag -> flag.startsWith("--server.port="))) {
            arguments.add("--server.port=0");
        }
        return arguments;
    }

    /** Starts {@code ./speckv} with these arguments. */
    static ServiceProcess startCommand(Path folder, String... arguments) throws IOException {
        return run(List.of(), CLASS_PATH, Main.class, folder, List.of(arguments));
    }

    private static ServiceProcess run(
            List<String> wrapper, String classPath, Class<?> main, Path folder, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-DOPT_OUT_TRACKING=true",
                "-Dai.djl.offline=true",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(arguments);
        Path log = Files.createTempFile(folder, main.getSimpleName(), ".log");
        return new ServiceProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** The options with which an image gives memory back; those about how much it takes depend on the machine. */
    static String memoryOptionsOfImage(String image) throws IOException {
        Path options = Path.of(System.getProperty("speckv.golden")).resolveSibling("deploy/images/" + image + ".args");
        return Files.readAllLines(options).stream()
                .filter(line -> line.startsWith("-XX:") && !line.contains("RAM"))
                .collect(Collectors.joining(" "));
    }

    /** Waits until the process listens, and returns on which port. */
    int port() throws IOException, InterruptedException {
        return Integer.parseInt(awaitLine(LISTENING).group(1));
    }

    /** Waits until the process listens for HTTP, and returns on which port. */
    int httpPort() throws IOException, InterruptedException {
        return Integer.parseInt(awaitLine(LISTENING_FOR_HTTP).group(1));
    }

    /** Waits until the process has logged something. */
    MatchResult awaitLine(Pattern line) throws IOException, InterruptedException {
        Optional<MatchResult> logged = awaitLineOrEnd(line);
        return logged.orElseThrow(() -> new AssertionError("does not say " + line + ":\n" + readLog()));
    }

    /** Waits until the process has logged something, and returns nothing if it ends without. */
    Optional<MatchResult> awaitLineOrEnd(Pattern line) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean more = true;
        while (more) {
            // What is written before the end is read after it.
            more = System.nanoTime() < end && process.isAlive();
            Matcher matcher = line.matcher(readLog());
            if (matcher.find()) {
                return Optional.of(matcher.toMatchResult());
            }
            Thread.sleep(20);
        }
        return Optional.empty();
    }

    private String readLog() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the process has ended by itself, and returns its exit status. */
    int awaitEnd() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ends by itself; it logged:%n%s", Files.readString(log))
                .isTrue();
        return process.exitValue();
    }

    /** Ends the process as a power cut does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells the process to end, and returns its exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).as("ends when told to").isTrue();
        return process.exitValue();
    }
}
