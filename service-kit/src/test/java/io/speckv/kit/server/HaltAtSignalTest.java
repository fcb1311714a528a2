package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HaltAtSignalTest {
    private static final int STATUS = 42;
    private static final int EXIT_OF_THE_JVM_AFTER_SIGTERM = 143;

    private record Ended(List<String> said, int status) {}

    /** Starts a program that says "ready" and then waits, sends it SIGTERM, and returns what it said from then on. */
    private static Ended terminated(Class<?> program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("ready");
            // Process.destroy would close the output as well.
            assertThat(process.toHandle().destroy()).isTrue();
            return new Ended(output.lines().toList(), process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aSignalRunsWhatIsToRunBeforeAndHaltsWithTheStatus() throws IOException, InterruptedException {
        assertThat(terminated(Armed.class)).isEqualTo(new Ended(List.of("before"), STATUS));
    }

    @Test
    void aDisarmedProcessEndsAsAnyOther() throws IOException, InterruptedException {
        assertThat(terminated(Disarmed.class)).isEqualTo(new Ended(List.of(), EXIT_OF_THE_JVM_AFTER_SIGTERM));
    }

    private static int end() {
        System.out.println("before");
        return STATUS;
    }

    static final class Armed {
        private Armed() {}

        public static void main(String[] arguments) throws InterruptedException {
            var unused = HaltAtSignal.armed(HaltAtSignalTest::end);
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }

    static final class Disarmed {
        private Disarmed() {}

        public static void main(String[] arguments) throws InterruptedException {
            HaltAtSignal.armed(HaltAtSignalTest::end).disarm();
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }
}
