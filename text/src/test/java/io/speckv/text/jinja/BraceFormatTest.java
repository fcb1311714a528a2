package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Python's {@code format.format(1, 'b', [10, {'k': 'v', '3': 'three'}], a='x', n=-7)}; what comes out is CPython's. */
class BraceFormatTest {
    private static final Arguments ARGUMENTS =
            new Arguments(List.of(1L, "b", List.of(10L, Map.of("k", "v", "3", "three"))), Map.of("a", "x", "n", -7L));

    private static String formatted(String format) {
        return BraceFormat.format(format, ARGUMENTS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {} and {}            § 1 and b
        {1}{0}{1}            § b1b
        {a}{n}{a}            § x-7x
        {{}} {{{}}}          § {} {1}
        {2[0]}               § 10
        {2[1][k]}            § v
        {0:03d}|{n:+}|{1:>3} § 001|-7|  b
        {1!r}{1!s}{0!r}      § 'b'b1
        {1!r:>5}             § `  'b'`
        plain                § plain
        ``                   § ``
        """)
    void fieldsAreReplacedByTheirArguments(String format, String text) {
        assertThat(formatted(format)).isEqualTo(text);
    }

    @Test
    void aSpecificationMayHoldFieldsThatAreCountedOn() {
        assertThat(BraceFormat.format("{:{}}|", new Arguments(List.of("ab", 4L), Map.of())))
                .isEqualTo("ab  |");
        assertThat(BraceFormat.format("{0:{1}{2}}|", new Arguments(List.of(5L, 3L, "d"), Map.of())))
                .isEqualTo("  5|");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {                          § expected '}' before end of string
        a{0                        § expected '}' before end of string
        {0{1}                      § expected '}' before end of string
        a}                         § Single '}' encountered in format string
        {0}}                       § Single '}' encountered in format string
        {3}                        § Replacement index 3 out of range for positional args tuple
        {}{}{}{}                   § Replacement index 3 out of range for positional args tuple
        {}{0}                      § cannot switch between manual and automatic field numbering
        {0}{}                      § cannot switch between manual and automatic field numbering
        {b}                        § 'b' is not an argument of format()
        {0!x}                      § Unknown conversion specifier x
        {0!}                       § expected one letter and ':' or '}' behind '!' in a format string
        {0!rr}                     § expected one letter and ':' or '}' behind '!' in a format string
        {99999999999999999999}     § Too many decimal digits in format string
        {2[99999999999999999999]}  § Too many decimal digits in format string
        {a.}                       § expected '.name' or '[key]' in a format string, found '.'
        {2[]}                      § expected '.name' or '[key]' in a format string, found '[]'
        {2[1}                      § expected '.name' or '[key]' in a format string, found '[1'
        {2[1]k}                    § expected '.name' or '[key]' in a format string, found 'k'
        """)
    void whatIsNoFieldIsRefused(String format, String message) {
        assertThatThrownBy(() -> formatted(format))
                .isInstanceOf(JinjaException.class)
                .hasMessage(message);
    }

    @Test
    void digitsInBracketsArePlacesAndAnythingElseAKey() {
        Arguments dicts = new Arguments(List.of(Map.of("3", "text", 3L, "number")), Map.of());
        assertThat(BraceFormat.format("{0[3]}", dicts)).isEqualTo("number");
        assertThat(BraceFormat.format("{0[a:b!c]}", new Arguments(List.of(Map.of("a:b!c", "odd")), Map.of())))
                .as("signs in brackets are of the key")
                .isEqualTo("odd");
    }
}
