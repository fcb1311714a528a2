package io.speckv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.bench.serving.EnginesBench;
import org.junit.jupiter.api.Test;

class EnginesTableTest {
    @Test
    void theLongestPromptsOfTheSlowestMachineFitIntoATerminal() {
        EnginesBench.Line slow =
                new EnginesBench.Line(131_072, 1999.999, 1999.999, 1999.999, 1999.999, 1999.999, 99.9999, 0.00999);
        String head = EnginesTable.head(1024);
        String line = EnginesTable.line(slow);

        assertThat(head.lines()).allSatisfy(one -> assertThat(one).hasSizeLessThanOrEqualTo(80));
        assertThat(line).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void figuresStandUnderTheirNames() {
        EnginesBench.Line line = new EnginesBench.Line(16_384, 10, 2.5, 1.25, 20, 5, 0.0123, 0.00234);

        assertThat(EnginesTable.head(16) + System.lineSeparator() + EnginesTable.line(line))
                .isEqualTo("""
                prompt          first token, seconds    16 tokens, seconds       whole, ms
                tokens   alone  behind share   draft   alone  behind share  cached    adds
                 16384  10.000   2.500   25%   1.250  20.000   5.000   25%    12.3    2.34""");
    }
}
