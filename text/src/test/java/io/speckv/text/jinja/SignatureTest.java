package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SignatureTest {
    @Test
    void parametersKeepTheirOrderAndSomeHaveDefaults() {
        Signature signature = parse("(a, b=1, c=none)");

        assertThat(signature.parameters()).containsExactly("a", "b", "c");
        assertThat(signature.defaults()).containsOnlyKeys("b", "c");
    }

    @Test
    void aCommaMayStandBehindTheLast() {
        assertThat(parse("(a,)").parameters()).containsExactly("a");
        assertThat(parse("()").parameters()).isEmpty();
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertThatThrownBy(() -> parse("(1)"))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("a name");
        assertThatThrownBy(() -> parse("(a b)"))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("')'");
    }

    private static Signature parse(String source) {
        TokenReader tokens = new TokenReader(Lexer.tokens("{{" + source + "}}"));
        tokens.next();
        return Signature.parse(tokens, new ExpressionParser(tokens));
    }
}
