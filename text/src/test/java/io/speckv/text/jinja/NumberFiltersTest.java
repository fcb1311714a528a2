package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Results of {@link NumberFilters} by hand; JinjaLanguageTest has them case by case, by Jinja itself. */
class NumberFiltersTest {
    private static Object filtered(String name, Object value, Object... arguments) {
        return Filters.named(name).apply(value, Arguments.of(arguments), new Work());
    }

    @Test
    void anIntegerIsReadFromTextsAndFloatsOrIsTheDefault() {
        assertThat(filtered("int", " 1_000 ")).isEqualTo(1000L);
        assertThat(filtered("int", "2.9")).isEqualTo(2L);
        assertThat(filtered("int", -2.9)).isEqualTo(-2L);
        assertThat(filtered("int", "0x1F", 0L, 16L)).isEqualTo(31L);
        assertThat(filtered("int", "1" + "0".repeat(30))).isEqualTo(BigInteger.TEN.pow(30));
        assertThat(filtered("int", "none", 5L)).isEqualTo(5L);
        assertThat(filtered("int", Double.NaN, 5L)).isEqualTo(5L);
    }

    @Test
    void halvesAreRoundedToEvenAndIntegersStayIntegers() {
        assertThat(filtered("round", 2.5)).isEqualTo(2.0);
        assertThat(filtered("round", 2.41, 1L, "ceil")).isEqualTo(2.5);
        assertThat(filtered("round", 25L, -1L)).isEqualTo(20L);
        assertThat(filtered("round", 25L, 1L)).isEqualTo(25L);
    }

    @Test
    void sizesAreInUnitsOfAThousandOr1024() {
        assertThat(filtered("filesizeformat", 1L)).isEqualTo("1 Byte");
        assertThat(filtered("filesizeformat", 999L)).isEqualTo("999 Bytes");
        assertThat(filtered("filesizeformat", 13_000L)).isEqualTo("13.0 kB");
        assertThat(filtered("filesizeformat", 1_048_576L, true)).isEqualTo("1.0 MiB");
    }
}
