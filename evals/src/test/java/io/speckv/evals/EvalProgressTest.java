package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvalProgressTest {
    @Test
    void drawsABarWithTheTimeLeftAtTheSpeedOfThisRun() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EvalProgress bar = EvalProgress.bar(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get);
        bar.report(10, 20, "full vt");
        clock.set(60_000_000_000L);
        bar.report(15, 20, "snapkv vt");
        String shown = bytes.toString(StandardCharsets.UTF_8);
        assertThat(shown).contains("\r[############............] 10/20 --:-- full vt");
        assertThat(shown)
                .contains("\r[##################......] 15/20 01:00 snapkv vt")
                .doesNotContain("\n");
        bar.report(20, 20, "done");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith(System.lineSeparator());
    }

    @Test
    void writesALineAtBothEndsAndEveryHalfMinuteBetweenForLogs() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EvalProgress lines = EvalProgress.lines(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get);
        lines.report(10, 20, "");
        for (int second = 1; second <= 59; second++) {
            clock.set(second * 1_000_000_000L);
            lines.report(10 + second / 10, 20, "vt 1024");
        }
        lines.report(20, 20, "vt 1024");

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "10 of 20 answers, --:-- left",
                        "13 of 20 answers, 01:10 left, vt 1024",
                        "20 of 20 answers, 00:00 left, vt 1024");
    }
}
