package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.settings.SettingsLoader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A service's command line, up to where its process runs. */
@Isolated // it sets how the whole process ends by uncaught errors
class LaunchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Settings> started = new ArrayList<>();
    private Thread.@Nullable UncaughtExceptionHandler before;

    @TempDir
    Path folder;

    record Settings(ServerSettings server) {}

    @BeforeEach
    void remember() {
        before = Thread.getDefaultUncaughtExceptionHandler();
    }

    @AfterEach
    void restore() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    private static SettingsLoader<Settings> loader() {
        return SettingsLoader.withDefaults(Settings.class, ServerSettings.DEFAULTS);
    }

    /** Runs a service that says that it cannot start, so that nothing runs on. */
    private ExitCode run(Map<String, String> environment, String... arguments) throws InterruptedException {
        return Launch.run(
                List.of(arguments),
                environment,
                loader(),
                settings -> {
                    started.add(settings);
                    throw new IOException("the port is taken");
                },
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    private int port() {
        return started.get(0).server().port();
    }

    @Test
    void flagsWinOverTheEnvironmentWhichWinsOverTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("s.yaml"), "server: {port: 1, admin-port: 2, address: 127.0.0.3}");
        run(
                Map.of("SPECKV_SERVER__PORT", "3", "SPECKV_SERVER__ADMIN_PORT", "4"),
                "--server.port=5",
                "--config=" + file);

        assertThat(port()).isEqualTo(5);
        assertThat(started.get(0).server().adminPort()).isEqualTo(4);
        assertThat(started.get(0).server().address()).isEqualTo("127.0.0.3");
    }

    @Test
    void aServiceThatCannotListenSaysWhyAndEndsSo() throws Exception {
        assertThat(run(Map.of())).isEqualTo(ExitCode.CANNOT_LISTEN);
        assertThat(err()).isEqualTo("the port is taken");
        assertThat(out()).isEmpty();
    }

    /** What loads a model or reads a method's settings has exceptions of its own, which no module below knows. */
    private static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new SettingsException("method.name is 'foo'"), ExitCode.BAD_SETTINGS, "method.name is 'foo'"),
                Arguments.of(new IllegalArgumentException("no slot fits"), ExitCode.FAILED, "no slot fits"),
                Arguments.of(
                        new RuntimeException("there is no config.json"), ExitCode.FAILED, "there is no config.json"),
                Arguments.of(new NullPointerException(), ExitCode.FAILED, "java.lang.NullPointerException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aServiceThatCannotStartSaysWhy(RuntimeException failure, ExitCode code, String message) throws Exception {
        assertThat(run(failure)).isEqualTo(code);
        assertThat(err()).isEqualTo(message);
    }

    private ExitCode run(RuntimeException failure) throws InterruptedException {
        return Launch.run(
                List.of(),
                Map.of(),
                loader(),
                settings -> {
                    throw failure;
                },
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        --server.port=many      | server.port = "many" (flag --server.port)
        --server.prt=1          | unknown key 'server.prt' (flag --server.prt)
        --config=/nowhere.yaml  | cannot read settings file /nowhere.yaml: there is no such file
        --config=               | --config= names no settings file
        --config                | '--config' is not a setting: write --key=value
        server.port=1           | 'server.port=1' is not a setting: write --key=value
        """)
    void settingsThatCannotBeUsedStartNothing(String argument, String message) throws Exception {
        assertThat(run(Map.of(), argument)).isEqualTo(ExitCode.BAD_SETTINGS);
        assertThat(err()).contains(message);
        assertThat(started).isEmpty();
        assertThat(out()).isEmpty();
    }

    @Test
    void theEffectiveSettingsArePrintedAndNothingIsStarted() throws Exception {
        assertThat(run(Map.of(), "--server.port=7", "--print-config")).isEqualTo(ExitCode.CLEAN);

        assertThat(out()).contains("server:\n").containsPattern("  port: 7 +# flag --server.port\n");
        assertThat(started).isEmpty();
        assertThat(err()).isEmpty();
    }

    @Test
    void settingsThatAreWrongAreNotPrinted() throws Exception {
        assertThat(run(Map.of(), "--print-config", "--server.port=-1")).isEqualTo(ExitCode.BAD_SETTINGS);
        assertThat(out()).isEmpty();
    }

    /** A process of its own, since what is tested ends it. */
    @Test
    void aServiceRunsUntilItIsTold() throws Exception {
        assertThat(statusOf(Service.class, "it serves")).isEqualTo(ExitCode.CLEAN.number());
    }

    /** A model that is loaded is not waited for. */
    @Test
    void aServiceThatIsToldWhileItLoadsEndsAtOnce() throws Exception {
        assertThat(statusOf(Loading.class, "it loads")).isEqualTo(ExitCode.CLEAN.number());
    }

    /** Starts a service, tells it to end when it has said something, and returns its exit status. */
    private static int statusOf(Class<?> service, String said) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        service.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.inputReader().lines().anyMatch(said::equals)).isTrue();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A service whose model takes for ever to load. */
    static final class Loading {
        private Loading() {}

        public static void main(String[] arguments) throws InterruptedException {
            ExitCode code = Launch.run(
                    List.of("--server.port=0"),
                    Map.of(),
                    loader(),
                    settings -> {
                        System.out.println("it loads");
                        LockSupport.park();
                        throw new IllegalStateException("the model is loaded");
                    },
                    System.out,
                    System.err);
            System.exit(code.number());
        }
    }

    /** A service without anything to serve. */
    static final class Service {
        private Service() {}

        public static void main(String[] arguments) throws InterruptedException {
            ExitCode code = Launch.run(
                    List.of("--server.port=0", "--server.drain.notice=0s"),
                    Map.of(),
                    loader(),
                    settings -> {
                        GrpcProcess process = GrpcProcess.start(
                                settings.server(), new HostedServices(List.of(), List.of(), FailureClassifier.NONE));
                        System.out.println("it serves");
                        return process;
                    },
                    System.out,
                    System.err);
            System.exit(code.number());
        }
    }

    @Test
    void theAddressThatIsTakenIsTheOneThatIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(listening("--server.port=" + taken.getLocalPort()))
                    .startsWith("cannot listen on " + address + ": ")
                    .doesNotContain("admin");
            assertThat(listening("--server.port=0", "--server.admin-port=" + taken.getLocalPort()))
                    .startsWith("cannot listen for admin calls on " + address + ": ");
        }
    }

    private String listening(String... arguments) throws InterruptedException {
        err.reset();
        ExitCode code = Launch.run(
                List.of(arguments),
                Map.of(),
                loader(),
                settings -> GrpcProcess.start(
                        settings.server(), new HostedServices(List.of(), List.of(), FailureClassifier.NONE)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(ExitCode.CANNOT_LISTEN);
        return err();
    }
}
