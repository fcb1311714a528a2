package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CPython's {@code format(value, spec)} gives. */
class NumberFormatTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "-5, 06d, -00005",
                "255, #x, 0xff",
                "255, 08b, 11111111",
                "42, +d, +42",
                "7, _<4, 7___",
                "1234567, _d, 1_234_567",
            })
    void integers(long value, String spec, String text) {
        assertThat(NumberFormat.format(value, spec)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1234567.891; ,.2f; 1,234,567.89",
                "0.00001234; g; 1.234e-05",
                "3.0; g; 3",
                "0.256; .1%; 25.6%",
                "2.5; .0f; 2",
                "1e16; 010,; 00,001e+16",
                "-0.0; z%; 0.000000%",
                "-0.0; ze; 0.000000e+00",
                "-1.0; z.0f; -1",
            })
    void reals(double value, String spec, String text) {
        assertThat(NumberFormat.format(value, spec)).isEqualTo(text);
    }

    @Test
    void textsStandLeftAndAreCutByAPrecisionInCodePoints() {
        assertThat(NumberFormat.format("ab", "4")).isEqualTo("ab  ");
        assertThat(NumberFormat.format("ab", "*^7")).isEqualTo("**ab***");
        assertThat(NumberFormat.format("🙂🙂🙂", ".2")).isEqualTo("🙂🙂");
    }

    @Test
    void aTruthIsANumberOnlyWhereATypeAsksForOne() {
        assertThat(NumberFormat.format(true, "d")).isEqualTo("1");
        assertThat(NumberFormat.format(true, "")).isEqualTo("True");
    }

    @Test
    void whatIsNoSpecificationIsNamed() {
        assertThatThrownBy(() -> NumberFormat.format(1L, "5 wide"))
                .isInstanceOf(JinjaException.class)
                .hasMessage("Invalid format specifier '5 wide'");
    }
}
