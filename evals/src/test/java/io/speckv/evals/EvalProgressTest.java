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
}
