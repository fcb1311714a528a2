package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link TemplateParser} and {@link OperandParser} tell an author of a template that is wrong; what templates render is
 * held by JinjaLanguageTest.
 */
class TemplateParserTest {
    private static final Map<String, Object> CHAT =
            Map.of("messages", List.of(Map.of("role", "user", "content", "Hi")), "number", 5);

    private static String rendered(String template) {
        return JinjaTemplate.parse(template, Clock.systemUTC()).render(CHAT);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "`a\n{% if number %}\nb`; expected 'endif', found the end of the template (line 3)",
                "`{% if number %}\n{% endfor %}`; unexpected 'endfor' (line 2)",
                "`{% for m in messages %}{% endif %}`; unexpected 'endif' (line 1)",
                "`\n{% else %}`; unexpected 'else' (line 2)",
                "`{% if number %}{% else %}\n{% elif number %}{% endif %}`; unexpected 'elif' (line 2)",
                "`\n\n{% iff number %}{% endiff %}`; unknown statement 'iff' (line 3)",
                "`{% if %}{% endif %}`; expected an expression, found '%}' (line 1)",
                "`{{ number 5 }}`; expected the end of the expression, found '5' (line 1)",
                "`\n{% set x = 1 2 %}`; expected the end of the statement, found '2' (line 2)",
                "`{% for m of messages %}{% endfor %}`; expected 'in', found 'of' (line 1)",
                "`{% break %}`; 'break' outside loop (line 1)",
                "`{% for m in messages %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}`; 'break' outside loop (line 1)",
                "`{% set true = 1 %}`; cannot assign to 'true' (line 1)",
                "`{% for loop in messages %}{% endfor %}`; cannot assign to the special variable 'loop' in a loop (line 1)",
                "`{% macro f(a, a) %}{% endmacro %}`; duplicate argument 'a' (line 1)",
                "`{% macro f(a=1, b) %}{% endmacro %}`; non-default argument follows default argument (line 1)",
                "`{{ f(a=1, a=2) }}`; the argument 'a' is given twice (line 1)",
                "`{{ f(a=1, 2) }}`; invalid syntax for function call expression: arguments come in the order 1, a=2, *rest, **more, and each of the last two once (line 1)",
                "`{{ number is odd is even }}`; You cannot chain multiple tests with is (line 1)",
                "`{% call f %}{% endcall %}`; expected '(', found '%}' (line 1)",
                "`x\n{{ 'open }}`; a string never ends (line 2)",
                "`x\n{# open`; a comment never ends (line 2)",
                "`x\n{{ open`; an expression or statement never ends (line 2)",
                "`{% raw %}\nx`; {% raw %} has no {% endraw %} (line 1)",
                "`{{ (number] }}`; unexpected ']' (line 1)",
                "`\n{{ number & 1 }}`; unexpected character '&' (line 2)",
                "`\n{{ '\\x4' }}`; a string has a broken escape (line 2)",
                "`{{ '\\N{NOTHING} ' }}`; unknown Unicode character name (line 1)"
            })
    void whatCannotBeParsedIsNamedWithItsLine(String template, String message) {
        assertThatThrownBy(() -> JinjaTemplate.parse(template, Clock.systemUTC()))
                .isInstanceOf(JinjaException.class)
                .hasMessage(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "`{% for m in messages %}\n{{ m.content + number }}\n{% endfor %}`;"
                        + "can only concatenate str (not \"int\") to str (line 2)",
                "`{{ messages[0].content }}\n\n{{ message.content }}`; 'message' is undefined (line 3)",
                "`{% macro f(m) %}\n{{ m.a.b }}\n{% endmacro %}\n{{ f(messages[0]) }}`;"
                        + "'dict object' has no attribute 'a' (line 2)",
                "`{% if number > 5 %}\n{% elif number > '5' %}\n{% endif %}`;"
                        + "'>' not supported between instances of 'int' and 'str' (line 2)",
                "`\n{% set a, b = messages %}`; not enough values to unpack (expected 2, got 1) (line 2)",
                "`\n{% for a in number %}{% endfor %}`; 'int' object is not iterable (line 2)",
                "`{% set ns = 5 %}\n{% set ns.a = 1 %}`; cannot assign attribute on non-namespace object (line 2)",
                "`\n{{ number | nope }}`; No filter named 'nope'. (line 2)",
                "`\n{{ number is nope }}`; No test named 'nope'. (line 2)",
                "`\n{{ messages.append(1) }}`;" + "access to attribute 'append' of 'list' object is unsafe (line 2)",
                "`\n{% include 'other' %}`;"
                        + "no loader for this environment specified: a chat template cannot include another (line 2)",
                "`{% macro f(a) %}{% endmacro %}\n{{ f(1, 2) }}`; macro 'f' takes not more than 1 argument(s) (line 2)",
                "`{% macro f(a) %}{% endmacro %}\n{{ f(b=2) }}`; macro 'f' takes no keyword argument 'b' (line 2)",
                "`{% macro f() %}{% endmacro %}\n{% call f() %}{% endcall %}`; macro 'f' does not call its caller (line 2)",
                "`{% macro f() %}{{ caller() }}{% endmacro %}\n{{ f() }}`; No caller defined (line 1)"
            })
    void whatFailsWhileItRendersIsNamedWithTheLineOfItsStatement(String template, String message) {
        assertThatThrownBy(() -> rendered(template))
                .isInstanceOf(JinjaException.class)
                .hasMessage(message);
    }

    @Test
    void whatATemplateItselfSaysIsForWhoWroteTheChatAndHasNoLine() {
        assertThatThrownBy(() -> rendered(
                        "\n{% for m in messages %}\n{{ raise_exception('Roles must alternate!') }}{% endfor %}"))
                .isInstanceOf(JinjaException.class)
                .hasMessage("Roles must alternate!");
    }

    @Test
    void blocksOneAfterTheOtherAreNotNested() {
        assertThat(rendered("{% if number %}x{% endif %}".repeat(300))).hasSize(300);
    }

    @Test
    void anErrorInAPartThatIsNotRenderedIsNone() {
        assertThat(rendered("{% if false %}{{ number.a.b }}{{ 1 | nope }}{% endif %}ok"))
                .isEqualTo("ok");
    }
}
