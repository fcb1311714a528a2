package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.client.ExitStatus;
import io.speckv.cli.client.Interruption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EarlyEndTest {
    @Test
    void showsWhatThereIsOnlyWhereTheRunDidNotComeToItsEnd() {
        AtomicInteger shown = new AtomicInteger();
        try (EarlyEnd early = new EarlyEnd(shown::incrementAndGet)) {
            early.whole();
        }
        assertThat(shown).hasValue(0);
        try (EarlyEnd early = new EarlyEnd(shown::incrementAndGet)) {
            assertThat(early).isNotNull();
        }
        assertThat(shown).hasValue(1);
    }

    @Test
    void aProcessThatIsToldToStopShowsWhatThereIsOnce() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessRun.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("runs");
            // As a terminal's interrupt does, SIGTERM runs the hooks; Process.destroy would close the output as well.
            assertThat(process.toHandle().destroy()).isTrue();

            assertThat(output.lines()).containsExactly("what there is");
            assertThat(process.waitFor()).isEqualTo(ExitStatus.STOPPED.number());
        } finally {
            process.destroyForcibly();
        }
    }

    /** A run that comes to no end by itself. */
    static final class EndlessRun {
        private EndlessRun() {}

        public static void main(String[] arguments) {
            var unused = Interruption.interruptible(() -> {
                try (EarlyEnd early = new EarlyEnd(() -> System.out.println("what there is"))) {
                    System.out.println("runs");
                    new CountDownLatch(1).await();
                    early.whole();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return 0;
            });
        }
    }
}
