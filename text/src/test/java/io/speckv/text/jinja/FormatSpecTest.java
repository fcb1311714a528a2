package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatSpecTest {
    @Test
    void everyPartHasItsPlaceAndMayBeLeftOut() {
        assertThat(FormatSpec.parse("*^+z#10,.3f", true))
                .isEqualTo(new FormatSpec("*", "^", "+", true, true, 10, ",", 3, "f"));
        assertThat(FormatSpec.parse("", true)).isEqualTo(new FormatSpec(" ", "", "", false, false, 0, "", -1, ""));
    }

    @Test
    void zerosBeforeTheWidthStandBehindTheSignOfNumbersAndFillTexts() {
        assertThat(FormatSpec.parse("05", true)).isEqualTo(new FormatSpec("0", "=", "", false, false, 5, "", -1, ""));
        assertThat(FormatSpec.parse("05", false).align()).isEmpty();
        assertThat(FormatSpec.parse("<05", true).align())
                .as("what is asked for goes first")
                .isEqualTo("<");
        assertThat(FormatSpec.parse("*>05", true).fill()).isEqualTo("*");
    }

    @ParameterizedTest(name = "\"{0}\" fills with {1}")
    @CsvSource({"<<5, <", "=>5, =", "😀^5, 😀", "'{>5', {", "5>3, 5", "'\n>5', '\n'"})
    void anyCharacterFillsThatStandsBeforeAnAlignment(String spec, String fill) {
        assertThat(FormatSpec.parse(spec, true).fill()).isEqualTo(fill);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 wide", "ab>5", "+-5", ".f", "5.", ".3.3", "ff", "1234567", ".12345", ",_", "é", "5,000"})
    void anythingElseIsRefusedByItsWords(String spec) {
        assertThatThrownBy(() -> FormatSpec.parse(spec, true))
                .isInstanceOf(JinjaException.class)
                .hasMessage("Invalid format specifier '" + spec + "'");
    }

    @ParameterizedTest(name = "{0} with {1} behind {2} characters is {3}")
    @CsvSource(
            delimiter = ';',
            value = {
                "1; ,; 0; 1",
                "123; ,; 0; 123",
                "1234; ,; 0; 1,234",
                "1234567.5678; ,.4f; 0; 1,234,567.5678",
                "123456; _x; 0; 12_3456",
                "ffff; _x; 2; ffff",
                "1234; 010,; 0; 00,001,234",
                "1234; 010,; 1; 0,001,234",
                "12; 04,; 0; 0,012",
                "12; 05,; 0; 0,012",
                "1234.5; 010,.1f; 0; 0,001,234.5",
                "inf; 06,f; 0; inf"
            })
    void groupsAreCountedFromThePointAndZerosThatFillAreGrouped(String body, String spec, int before, String grouped) {
        assertThat(FormatSpec.parse(spec, true).grouped(body, before)).isEqualTo(grouped);
    }

    @ParameterizedTest
    @CsvSource({"<6, -12   |", ">6, '   -12|'", "^6, ' -12  |'", "=6, -   12|", "2, -12|", "6, '   -12|'"})
    void aNumberAlignsWithItsSign(String spec, String aligned) {
        assertThat(FormatSpec.parse(spec, true).aligned("-", "12", ">") + "|").isEqualTo(aligned);
    }
}
