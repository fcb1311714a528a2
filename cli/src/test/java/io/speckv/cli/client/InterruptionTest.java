package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A signal comes to a command in a process of its own, which says "runs" when it has begun. */
@Timeout(120)
class InterruptionTest {
    private static List<String> toldAfterTheSignal(Class<?> program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("runs");
            // Process.destroy would close the output as well.
            assertThat(process.toHandle().destroy()).isTrue();
            List<String> told = output.lines().toList();
            assertThat(process.waitFor()).isEqualTo(ExitStatus.STOPPED.number());
            return told;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void tasksRunTheLastFirstAndAFailingOneKeepsNoOtherFromItsTurn() throws IOException, InterruptedException {
        assertThat(toldAfterTheSignal(Failing.class))
                .containsExactly(
                        "speckv: what a signal was to bring to an end failed: java.lang.IllegalStateException: disk full",
                        "first");
    }

    static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) {
            var unused = Interruption.interruptible(() -> {
                Interruption.add(() -> System.out.println("first"));
                Interruption.add(() -> {
                    throw new IllegalStateException("disk full");
                });
                System.out.println("runs");
                awaitOpen(new CountDownLatch(1));
                return 0;
            });
        }
    }

    @Test
    void aTaskThatWaitsForTheCommandLetsItTellItsEnd() throws IOException, InterruptedException {
        assertThat(toldAfterTheSignal(Telling.class)).containsExactly("asked to stop", "told how it ended");
    }

    static final class Telling {
        private static final CountDownLatch ASKED = new CountDownLatch(1);

        private Telling() {}

        public static void main(String[] arguments) {
            System.exit(Interruption.interruptible(() -> {
                Interruption.add(() -> {
                    System.out.println("asked to stop");
                    ASKED.countDown();
                    var unused = Interruption.awaitCommand(Duration.ofMinutes(1));
                });
                System.out.println("runs");
                awaitOpen(ASKED);
                System.out.println("told how it ended");
                return 0;
            }));
        }
    }

    @Test
    void aCommandThatEndsByItselfHasItsOwnEnd() {
        assertThat(Interruption.interruptible(() -> 7)).isEqualTo(7);
        assertThatThrownBy(() -> Interruption.interruptible(() -> {
                    throw new NoClassDefFoundError("libtorch");
                }))
                .isInstanceOf(NoClassDefFoundError.class);
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
