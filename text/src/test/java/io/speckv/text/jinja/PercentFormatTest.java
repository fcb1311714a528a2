package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Python's {@code format % values}. */
class PercentFormatTest {
    @Test
    void aTupleFillsThePlacesInOrderAndAnythingElseTheOnlyOne() {
        assertThat(PercentFormat.format("%5.1f|%-5s|%05d|%x|%%", Tuple.of(3.14159, "ab", -42L, 255L)))
                .isEqualTo("  3.1|ab   |-0042|ff|%");
        assertThat(PercentFormat.format("<%s>", "a")).isEqualTo("<a>");
    }

    @Test
    void aDictFillsPlacesByName() {
        assertThat(PercentFormat.format("%(a)s-%(b)r", Map.<String, Object>of("a", 1L, "b", "x")))
                .isEqualTo("1-'x'");
        assertThatThrownBy(() -> PercentFormat.format("%(a)s", "x")).hasMessage("format requires a mapping");
    }

    @Test
    void thereAreAsManyValuesAsPlaces() {
        assertThatThrownBy(() -> PercentFormat.format("%s %s", "a"))
                .isInstanceOf(JinjaException.class)
                .hasMessage("not enough arguments for format string");
        assertThatThrownBy(() -> PercentFormat.format("%s", Tuple.of("a", "b")))
                .hasMessage("not all arguments converted during string formatting");
    }

    @Test
    void whatAPlaceCannotTakeIsNamed() {
        assertThatThrownBy(() -> PercentFormat.format("%d", "a"))
                .hasMessage("%d format: a number is required, not str");
        assertThatThrownBy(() -> PercentFormat.format("%y", 1L)).hasMessage("unsupported format character 'y'");
        assertThatThrownBy(() -> PercentFormat.format("100%", 1L)).hasMessageContaining("'%' that begins no place");
    }

    @Test
    void aPrecisionBelowZeroIsNone() {
        assertThat(PercentFormat.format("%.*f", Tuple.of(-1L, 1.5))).isEqualTo("2");
    }
}
