package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The figures of a {@link LocalAnswer}; alone, since the country is that of the whole process. */
@Isolated
class LocalAnswerTest {
    private static final String TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolve("models/llama-target")
            .toString();

    private static String figures(int tokens) {
        CommandRun run = CommandRun.of(
                "generate",
                "--target",
                TARGET,
                "--prompt",
                "abcdefgh",
                "--ignore-eos",
                "--dtype",
                "fp32",
                "--max-new-tokens",
                String.valueOf(tokens));
        assertThat(run.status()).as(run.err()).isZero();
        return run.err();
    }

    @Test
    void areWrittenAlikeInEveryCountry() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(figures(4))
                    .containsPattern("8 prompt tokens, 8 kept; first token after \\d+\\.\\d\\d s")
                    .containsPattern(
                            "4 tokens, 0 from the draft, 4 over the full cache; decoded at \\d+\\.\\d tokens/s");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void tellNoSpeedWhereNothingIsDecodedAfterTheFirstToken() {
        assertThat(figures(1)).contains("1 tokens, 0 from the draft").doesNotContain("decoded at");
    }
}
