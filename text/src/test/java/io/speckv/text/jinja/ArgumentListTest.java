package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentListTest {
    private static Arguments given(String written) {
        TokenReader tokens = new TokenReader(Lexer.tokens("{{" + written + "}}"));
        tokens.next();
        Map<String, Object> variables = new HashMap<>(Map.of("l", List.of(7L, 8L), "d", Map.of("x", 9L)));
        return ArgumentList.parse(tokens, new ExpressionParser(tokens)).evaluate(Scope.of(variables, new HashMap<>()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "(); []; {}",
                "(1); [1]; {}",
                "(1, 2,); [1, 2]; {}",
                "(1, a=2); [1]; {'a': 2}",
                "(a=2, b=3,); []; {'a': 2, 'b': 3}",
                "(1, *l); [1, 7, 8]; {}",
                "(*'ab'); ['a', 'b']; {}",
                "(*missing); []; {}",
                "(a=1, *l); [7, 8]; {'a': 1}",
                "(*l, a=1); [7, 8]; {'a': 1}",
                "(1, a=2, *l, **d); [1, 7, 8]; {'a': 2, 'x': 9}",
                "(**d); []; {'x': 9}",
                "(1 if false else 2); [2]; {}",
                "(a == 1); [False]; {}"
            })
    void placesComeFirstThenNamesThenWhatIsSpread(String written, String places, String names) {
        Arguments given = given(written);

        assertThat(Printing.str(given.positional())).isEqualTo(places);
        assertThat(Printing.str(given.named())).isEqualTo(names);
    }

    /** Of two that are spread the first would be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"(a=1, 2)", "(*l, 2)", "(**d, 2)", "(**d, a=2)", "(**d, *l)", "(*l, *l)", "(**d, **d)"})
    void anyOtherOrderIsRefused(String written) {
        assertThatThrownBy(() -> given(written))
                .isInstanceOf(JinjaException.class)
                .hasMessageStartingWith("invalid syntax for function call expression: arguments come in the order ");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "(a=1, a=2); the argument 'a' is given twice (line 1)",
                "(x=1, **d); the argument 'x' is given twice",
                "(*5); 'int' object is not iterable",
                "(**5); what stands behind ** is a mapping, not int",
                "(**missing); 'missing' is undefined",
                "(**{1: 2}); must be str, not int",
                "(1 2); expected ')', found '2' (line 1)",
                "(a=); expected an expression, found ')' (line 1)",
                "(,); expected an expression, found ',' (line 1)"
            })
    void whatIsNoArgumentIsNamed(String written, String message) {
        assertThatThrownBy(() -> given(written))
                .isInstanceOf(JinjaException.class)
                .hasMessage(message);
    }
}
