package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts CPython 3.11's {@code int} and {@code float} read, and as what. */
class WrittenNumberTest {
    @ParameterizedTest
    @CsvSource({
        "2.5, 2.5",
        "' \t2.5\n', 2.5",
        "'\u30002', 2",
        "5., 5",
        ".5, 0.5",
        "-.5e-1, -0.05",
        "1_000.2_5, 1000.25",
        "1e1_0, 1e10",
        "+7, 7",
        "1e400, Infinity",
        "-0, -0.0",
        "٣.٥, 3.5",
        "inf, Infinity",
        "-Infinity, -Infinity",
        "+INF, Infinity",
        "nan, NaN",
        "-NaN, NaN"
    })
    void floatsAreRead(String text, double value) {
        assertThat(WrittenNumber.real(text)).hasValue(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", ".", "e5", "1e", "1e+", "_1", "1_", "1__0", "1_.5", "1._5", "1e_5", "1,5", "1 2", "0x10", "1f",
                "1d", "1.5F", "0x1p3", "infinit", "nano", "--1", "½", "²", "一", "True", "1\u200b", "1e5.5"
            })
    void whatPythonRefusesIsNoFloatThoughJavaTakesSomeOfIt(String text) {
        assertThat(WrittenNumber.real(text)).isEmpty();
    }

    @ParameterizedTest(name = "{0} to the base {1} is {2}")
    @CsvSource({
        "12, 10, 12",
        "' -7 ', 10, -7",
        "+7, 10, 7",
        "007, 10, 7",
        "1_000, 10, 1000",
        "٣٤, 10, 34",
        "1f, 16, 31",
        "0x1F, 16, 31",
        "-0x1f, 16, -31",
        "0x_1f, 16, 31",
        "0b101, 2, 5",
        "0o17, 8, 15",
        "0b1, 16, 177",
        "zz, 36, 1295",
        "0x1f, 0, 31",
        "0B11, 0, 3",
        "0o17, 0, 15",
        "12, 0, 12",
        "00, 0, 0",
        "123456789012345678901234567890, 10, 123456789012345678901234567890"
    })
    void integersAreReadInAnyBaseWithItsPrefixOrWithout(String text, int base, BigInteger value) {
        assertThat(WrittenNumber.whole(text, base)).hasValue(value);
    }

    @ParameterizedTest(name = "\"{0}\" to the base {1}")
    @CsvSource({
        "'', 10",
        "1.0, 10",
        "1e3, 10",
        "_1, 10",
        "1_, 10",
        "1__0, 10",
        "0x1f, 10",
        "19, 8",
        "0o17, 16",
        "0x, 16",
        "0x, 0",
        "010, 0",
        "1 2, 10",
        "½, 10",
        "12, 1",
        "12, 37",
        "12, -2",
        "é, 36",
        "+, 10",
        "+-1, 10"
    })
    void whatIsNoIntegerOfTheBaseIsNone(String text, int base) {
        assertThat(WrittenNumber.whole(text, base)).isEmpty();
    }

    @Test
    void anIntegerIsReadBackFromItsDigitsInEveryBase() {
        Random random = new Random(6);
        for (int base = 2; base <= 36; base++) {
            for (int i = 0; i < 50; i++) {
                BigInteger value = new BigInteger(random.nextInt(120), random);
                value = random.nextBoolean() ? value : value.negate();

                assertThat(WrittenNumber.whole(value.toString(base), base)).hasValue(value);
                assertThat(WrittenNumber.whole(" " + value.toString(base).toUpperCase(java.util.Locale.ROOT), base))
                        .hasValue(value);
            }
        }
    }

    /** A chat's own text may be this long where a template asks for its number. */
    @Test
    void longTextsAreReadWithoutDepth() {
        String digits = "1".repeat(100_000);

        assertThat(WrittenNumber.real(digits)).hasValue(Double.POSITIVE_INFINITY);
        assertThat(WrittenNumber.real(digits + "x")).isEmpty();
        assertThat(WrittenNumber.whole("x".repeat(100_000), 10)).isEmpty();
        assertThat(WrittenNumber.whole("7".repeat(4300), 10)).isPresent();
        assertThat(WrittenNumber.whole("7".repeat(4301), 10))
                .as("CPython's limit")
                .isEmpty();
    }
}
