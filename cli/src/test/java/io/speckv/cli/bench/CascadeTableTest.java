package io.speckv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.CascadeBench;
import io.speckv.bench.serving.AnswerTiming;
import io.speckv.engine.torch.HardwareLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CascadeTableTest {
    private static final HardwareLimits LIMIT = new HardwareLimits(1e12, 1e10);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CascadeTable table = new CascadeTable(new PrintStream(printed, true, StandardCharsets.UTF_8), 64);

    private static CascadeBench.Line line(String method, int prompt, double firstToken, long kept) {
        Map<String, Double> stages = Map.of("draft.prefill", 0.5, "target.prefill", firstToken - 0.5);
        return new CascadeBench.Line(
                method, prompt, firstToken, firstToken + 2, 32, prompt / 2, kept, 1000, 5_000_000, 5e11, stages);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void whatIsMeasuredStandsUnderItsNameAsAShareOfTheFullCacheAndOfTheBaseline() {
        List<CascadeBench.Line> here =
                List.of(line("full", 2048, 4, 1000), line("laq++", 2048, 6, 125), line("speckv", 2048, 1, 125));
        table.heading(2048);
        here.forEach(line -> table.row(line, here, LIMIT));
        table.engine(new AnswerTiming(2, 4), here);
        table.engineFailed(new IOException("no answer"));

        assertThat(printed()).isEqualTo("""

                2048 prompt tokens, 64 new
                               first token     all tokens   decode  tokens   KV kept   peak prefill
                method        seconds  /full seconds /laq++  tok/s    kept    of full     MB of GEMM
                full             4.00   100%    6.00    75%   32.0    1024    100.0%      5     13%
                laq++            6.00   150%    8.00   100%   32.0    1024     12.5%      5      8%
                speckv           1.00    25%    3.00    38%   32.0    1024     12.5%      5     50%
                the engine       2.00    50%    4.00    50%
                the engine   failed: no answer
                """);
    }

    @Test
    void withoutWhatAShareIsOfThereIsNone() {
        CascadeBench.Line alone = line("speckv", 2048, 1, 125);
        table.row(alone, List.of(alone), LIMIT);

        assertThat(printed())
                .isEqualTo("speckv           1.00      -    3.00      -   32.0    1024     12.5%      5     50%\n");
    }

    @Test
    void growthIsThePowerOfTheLength() {
        table.growth(
                List.of("full", "speckv"),
                List.of(
                        line("full", 1000, 1, 1),
                        line("speckv", 1000, 1, 1),
                        line("full", 2000, 4, 1),
                        line("speckv", 2000, 2, 1)));

        assertThat(printed()).isEqualTo("""

                Time to first token grows with length to the power of
                full         2.00
                speckv       1.00
                """);
    }
}
