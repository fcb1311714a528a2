package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digits as C's {@code printf} and Python's {@code format} write them; JinjaLanguageTest has more cases by CPython. */
class RealDigitsTest {
    private static final int MANY = 2_000;

    @ParameterizedTest(name = "{0} as {1} of {2} is {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "0, f, -1, 0.000000",
                "0, e, 2, 0.00e+00",
                "0, g, -1, 0",
                "0, '', 3, 0.0",
                "2.5, f, 0, 2",
                "3.5, f, 0, 4",
                "0.5, %, 0, 50%",
                "9.99999951, e, 6, 1.000000e+01",
                "999999.5, g, -1, 1e+06",
                "999999.4, g, -1, 999999",
                "0.0001, g, -1, 0.0001",
                "0.00009999995, g, -1, 0.0001",
                "0.00001, g, -1, 1e-05",
                "1234, '', 4, 1.234e+03",
                "1234, '', 5, 1234.0",
                "1e22, '', -1, 1e+22",
                "1e100, e, 0, 1e+100",
                "1e100, E, 1, 1.0E+100",
                "100, G, 2, 1E+02",
                "Infinity, f, 2, inf",
                "Infinity, F, 2, INF",
                "NaN, %, 2, nan%",
                "-2.5, f, 1, 2.5"
            })
    void digitsWithoutTheSign(double value, String type, int precision, String digits) {
        assertThat(RealDigits.of(value, type, precision, false)).isEqualTo(digits);
    }

    @ParameterizedTest(name = "{0} as #{1} of {2} is {3}")
    @CsvSource({"1, g, -1, 1.00000", "1, g, 1, 1.", "3, f, 0, 3.", "12345, e, 0, 1.e+04", "1e10, g, 3, 1.00e+10"})
    void theAlternateFormKeepsThePointAndTheZeros(double value, String type, int precision, String digits) {
        assertThat(RealDigits.of(value, type, precision, true)).isEqualTo(digits);
    }

    @Test
    void exponentialDigitsAreThoseOfTheExactValueRoundedOnce() {
        Random random = new Random(9);
        for (int i = 0; i < MANY; i++) {
            double value = Math.abs(Double.longBitsToDouble(random.nextLong()));
            if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
                continue;
            }
            int places = random.nextInt(20);
            String digits = RealDigits.of(value, "e", places, false);

            assertThat(new BigDecimal(digits))
                    .as("%s with %s places", value, places)
                    .isEqualByComparingTo(
                            new BigDecimal(value).round(new MathContext(places + 1, RoundingMode.HALF_EVEN)));
            assertThat(digits).matches("\\d" + (places == 0 ? "" : "\\.\\d{" + places + "}") + "e[+-]\\d{2,3}");
        }
    }

    @Test
    void generalDigitsAreTheShorterOfTheTwoFormsAndSaySoMuch() {
        Random random = new Random(10);
        for (int i = 0; i < MANY; i++) {
            double value = random.nextDouble() * Math.pow(10, random.nextInt(30) - 12);
            int precision = 1 + random.nextInt(12);
            String digits = RealDigits.of(value, "g", precision, false);

            assertThat(new BigDecimal(digits))
                    .isEqualByComparingTo(
                            new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN)));
            assertThat(digits)
                    .doesNotMatch("[^.]*\\.[^e]*0(e.*)?")
                    .doesNotContain(".e")
                    .doesNotEndWith(".");
            String exponential = String.format(Locale.ROOT, "%." + (precision - 1) + "e", value);
            int exponent = Integer.parseInt(exponential.substring(exponential.indexOf('e') + 1));
            assertThat(digits.contains("e")).as(digits).isEqualTo(exponent < -4 || exponent >= precision);
        }
    }
}
