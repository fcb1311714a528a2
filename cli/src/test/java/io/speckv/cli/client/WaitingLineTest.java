package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void aTerminalSeesTheWorkAndThenNothingOfIt() throws InterruptedException {
        try (WaitingLine progress = new WaitingLine("loading", err, true)) {
            while (written.size() == 0) {
                Thread.sleep(10);
            }
            progress.done();
            assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("\r\033[Kloading ... 0 s");
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).endsWith("\r\033[K");
    }

    @Test
    void aPipeSeesNothing() throws InterruptedException {
        try (WaitingLine progress = new WaitingLine("loading", err, false)) {
            Thread.sleep(700);
            progress.done();
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aTerminalIsWhatTheLauncherSaw() {
        assertThat(Terminal.of("02")).isEqualTo(new Terminal(true, false, true));
        assertThat(Terminal.of("")).isEqualTo(new Terminal(false, false, false));
    }
}
