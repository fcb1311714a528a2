package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CPython 3.11 says of a character: {@code isdecimal}, {@code isdigit} and {@code isnumeric}. */
class PythonNumeralsTest {
    @ParameterizedTest(name = "{0}: {1} {2} {3}")
    @CsvSource({
        "7, true, true, true",
        "٣, true, true, true",
        "𝟗, true, true, true",
        "²,  false, true, true",
        "₉, false, true, true",
        "①, false, true, true",
        "🄊, false, true, true",
        "½, false, false, true",
        "Ⅷ, false, false, true",
        "㉈, false, false, true",
        "七, false, false, true",
        "參, false, false, true",
        "山, false, false, false",
        "叁, false, false, true",
        "𠀁, false, false, true",
        "a, false, false, false",
        "-, false, false, false",
        "🙂, false, false, false"
    })
    void decimalsAreDigitsAndDigitsAreNumbers(String one, boolean decimal, boolean digit, boolean numeric) {
        int c = one.codePointAt(0);

        assertThat(PythonNumerals.isDecimal(c)).isEqualTo(decimal);
        assertThat(PythonNumerals.isDigit(c)).isEqualTo(digit);
        assertThat(PythonNumerals.isNumeric(c)).isEqualTo(numeric);
    }

    /** Counted in CPython; newer Unicode adds decimals, and none of these. */
    @Test
    void asManyDigitsAreNoDecimalsAsCpythonHas() {
        assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                        .filter(c -> PythonNumerals.isDigit(c) && !PythonNumerals.isDecimal(c)))
                .hasSize(128);
    }

    @Test
    void everyDigitIsANumber() {
        assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                        .filter(c -> PythonNumerals.isDigit(c) && !PythonNumerals.isNumeric(c)))
                .isEmpty();
    }
}
