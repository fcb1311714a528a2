package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

class NumbersTest {
    private static final Map<String, ITypeConverter<?>> CONVERTERS = Map.of(
            "AtLeastOne", new Numbers.AtLeastOne(),
            "AtLeastZero", new Numbers.AtLeastZero(),
            "LongAtLeastOne", new Numbers.LongAtLeastOne(),
            "Port", new Numbers.Port(),
            "PortOrNone", new Numbers.PortOrNone(),
            "DecimalAtLeastZero", new Numbers.DecimalAtLeastZero(),
            "AboveZero", new Numbers.AboveZero(),
            "AboveZeroToOne", new Numbers.AboveZeroToOne(),
            "ZeroToOne", new Numbers.ZeroToOne(),
            "Penalty", new Numbers.Penalty());

    private static Object converted(String converter, String text) throws Exception {
        return Objects.requireNonNull(CONVERTERS.get(converter), converter).convert(text);
    }

    @ParameterizedTest
    @CsvSource({
        "AtLeastOne, 1",
        "AtLeastOne, 2147483647",
        "AtLeastZero, 0",
        "LongAtLeastOne, 9223372036854775807",
        "Port, 0",
        "Port, 65535",
        "PortOrNone, -1",
        "DecimalAtLeastZero, 0.0",
        "AboveZero, 0.001",
        "AboveZeroToOne, 1.0",
        "ZeroToOne, 0.0",
        "ZeroToOne, 1.0",
        "Penalty, -2.0",
        "Penalty, 2.0"
    })
    void aNumberWithinItsRangeIsTaken(String converter, String text) throws Exception {
        assertThat(converted(converter, text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        AtLeastOne         | 0                   | is 0; it must be at least 1
        AtLeastOne         | 2147483648          | is 2147483648; it must be at most 2147483647
        AtLeastZero        | -1                  | is -1; it must be at least 0
        LongAtLeastOne     | 9223372036854775808 | is 9223372036854775808; it must be at most 9223372036854775807
        Port               | 65536               | is 65536; it must be at most 65535
        PortOrNone         | -2                  | is -2; it must be at least -1
        DecimalAtLeastZero | -0.1                | is -0.1; it must be at least 0
        AboveZero          | 0                   | is 0; it must be above 0
        AboveZero          | Infinity            | is Infinity; it must be above 0
        AboveZeroToOne     | 0                   | is 0; it must be above 0 and at most 1
        AboveZeroToOne     | 1.1                 | is 1.1; it must be above 0 and at most 1
        ZeroToOne          | NaN                 | is NaN; it must be from 0 to 1
        Penalty            | 2.5                 | is 2.5; it must be from -2 to 2
        """)
    void oneBeyondItIsToldTheRange(String converter, String text, String message) {
        assertThatThrownBy(() -> converted(converter, text))
                .isInstanceOf(WrongInputException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        AtLeastOne | many | is 'many'; it must be a whole number
        AtLeastOne | 1.5  | is '1.5'; it must be a whole number
        AtLeastOne | ''   | is ''; it must be a whole number
        AtLeastOne | 0x10 | is '0x10'; it must be a whole number
        AboveZero  | half | is 'half'; it must be a number
        AboveZero  | 1,5  | is '1,5'; it must be a number
        """)
    void whatIsNoNumberIsToldSo(String converter, String text, String message) {
        assertThatThrownBy(() -> converted(converter, text))
                .isInstanceOf(WrongInputException.class)
                .hasMessage(message);
    }

    @Test
    void minutesAreAtMostAYear() {
        Numbers.Minutes minutes = new Numbers.Minutes();
        assertThat(minutes.convert("90")).isEqualTo(Duration.ofMinutes(90));
        assertThat(minutes.convert("525600")).isEqualTo(Duration.ofDays(365));
        assertThatThrownBy(() -> minutes.convert("525601")).hasMessage("is 525601; it must be at most 525600");
        assertThatThrownBy(() -> minutes.convert("0")).hasMessage("is 0; it must be at least 1");
    }

    @Command(name = "numbers")
    private static final class Options {
        @Option(names = "--whole")
        int whole;

        @Option(names = "--large")
        Long large = 0L;

        @Option(names = "--real")
        double real;
    }

    @Test
    void optionsWithoutARangeOfTheirOwnAreReadAlike() {
        Options options = new Options();
        CommandLine line = new CommandLine(options);
        Numbers.readBy(line);
        line.parseArgs("--whole=-7", "--large=9223372036854775807", "--real=1e3");
        assertThat(options.whole).isEqualTo(-7);
        assertThat(options.large).isEqualTo(Long.MAX_VALUE);
        assertThat(options.real).isEqualTo(1000);
        assertThatThrownBy(() -> line.parseArgs("--whole=9999999999"))
                .hasRootCauseMessage("is 9999999999; it must be at most 2147483647");
        assertThatThrownBy(() -> line.parseArgs("--real=NaN")).hasRootCauseMessage("is NaN; it must be finite");
    }
}
