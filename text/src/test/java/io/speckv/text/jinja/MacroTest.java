package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which argument of a {@link Macro}; JinjaLanguageTest has macros by Jinja itself. */
class MacroTest {
    private static String rendered(String template) {
        return JinjaTemplate.parse(template, Clock.systemUTC()).render(Map.of());
    }

    @ParameterizedTest(name = "m{0} is {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "(1); 1-2-2-()-{}",
                "(1, 5); 1-5-5-()-{}",
                "(1, 5, 6, 7); 1-5-6-(7,)-{}",
                "(b=5, a=1); 1-5-5-()-{}",
                "(1, c=7, d=8); 1-2-7-()-{'d': 8}",
                "(*[1, 2, 3, 4], **{'e': 5}); 1-2-3-(4,)-{'e': 5}",
                "(1, none, c=none); 1-None-None-()-{}",
                "(); -2-2-()-{}",
                "(1, 2, 3, b=9); 1-2-3-()-{'b': 9}"
            })
    void placesComeBeforeNamesAndDefaultsSeeWhatStandsBeforeThem(String arguments, String written) {
        assertThat(rendered(
                        "{% macro m(a, b=2, c=b) %}{{ a }}-{{ b }}-{{ c }}-{{ varargs }}-{{ kwargs }}{% endmacro %}{{ m"
                                + arguments + " }}"))
                .isEqualTo(written);
    }

    @Test
    void aDefaultIsMadeAnewForEveryCallInTheScopeOfTheMacro() {
        assertThat(rendered("{% set n = 1 %}{% macro m(a=n) %}{{ a }}{% endmacro %}{{ m() }}{% set n = 2 %}{{ m() }}"))
                .isEqualTo("12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"varargs", "kwargs", "caller"})
    void aNameBehindADotIsNotOneThatTheBodyCatches(String name) {
        String macro = "{% macro m(a) %}{{ a." + name + " }}{% endmacro %}";
        assertThatThrownBy(() -> rendered(macro + "{{ m({}, 1) }}"))
                .hasMessage("macro 'm' takes not more than 1 argument(s) (line 1)");
        assertThatThrownBy(() -> rendered(macro + "{{ m({}, x=1) }}"))
                .hasMessage("macro 'm' takes no keyword argument 'x' (line 1)");
        assertThatThrownBy(() -> rendered(macro + "{% call m({}) %}{% endcall %}"))
                .hasMessage("macro 'm' does not call its caller (line 1)");
    }

    @Test
    void aMacroWithinCatchesForTheOneAroundIt() {
        assertThat(rendered("{% macro m() %}{% macro inner() %}{{ varargs }}{% endmacro %}{{ inner(1) }}{% endmacro %}"
                        + "{{ m(5) }}"))
                .isEqualTo("(1,)");
    }

    @Test
    void aCallersBodySeesWhereItStandsAndTakesArgumentsOfItsOwn() {
        assertThat(rendered("{% macro each(l) %}{% for x in l %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}"
                        + "{% set s = '!' %}{% call(x, at, end=s) each('ab') %}{{ at }}{{ x }}{{ end }}{% endcall %}"))
                .isEqualTo("1a!2b!");
        assertThat(rendered("{% macro m(caller='none') %}{{ caller }}{% endmacro %}{{ m() }}"))
                .isEqualTo("none");
    }

    @Test
    void callsOneAfterTheOtherAreNotNested() {
        String macro = "{% macro m() %}{{ caller() if caller else 'x' }}{% endmacro %}";

        assertThat(rendered(macro + "{{ m() }}".repeat(300))).hasSize(300);
        assertThat(rendered(macro + "{% call m() %}y{% endcall %}".repeat(300))).hasSize(300);
    }

    @Test
    void noMacroCallsItselfForEver() {
        assertThatThrownBy(() -> rendered("{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}"))
                .isInstanceOf(JinjaException.class)
                .hasMessageStartingWith("calls are nested more than 200 deep");
        assertThat(rendered("{% macro m(n) %}{{ n if n == 150 else m(n + 1) }}{% endmacro %}{{ m(0) }}"))
                .isEqualTo("150");
    }
}
