package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetParserTest {
    private final Scope scope = Scope.of(Map.of(), new HashMap<>());

    @Test
    void severalNamesTakeAValueApartAndParenthesesTakeAnInnerOne() {
        parser("a, (b, c) in x").ofLoop().assign(scope, List.of(1L, List.of(2L, 3L)));

        assertThat(List.of(scope.get("a"), scope.get("b"), scope.get("c"))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void oneNameWithACommaIsASequenceOfOne() {
        parser("a, = x").ofAssignment().assign(scope, List.of(1L));
        parser("b = x").ofAssignment().assign(scope, List.of(1L));

        assertThat(scope.get("a")).isEqualTo(1L);
        assertThat(scope.get("b")).isEqualTo(List.of(1L));
    }

    @Test
    void onlyAnAssignmentReachesIntoANamespace() {
        Namespace namespace = new Namespace();
        scope.set("ns", namespace);

        parser("ns.count = x").ofAssignment().assign(scope, 7L);

        assertThat(namespace.attributes()).containsEntry("count", 7L);
        TokenReader tokens = tokens("ns.count in x");
        new TargetParser(tokens).ofLoop().assign(scope, 8L);
        assertThat(tokens.isOperator(".")).as("left for the loop to refuse").isTrue();
        assertThat(scope.get("ns")).isEqualTo(8L);
    }

    @Test
    void nothingToAssignToIsRefused() {
        assertThatThrownBy(() -> parser("= x").ofAssignment())
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("a name");
    }

    private static TargetParser parser(String source) {
        return new TargetParser(tokens(source));
    }

    private static TokenReader tokens(String source) {
        TokenReader tokens = new TokenReader(Lexer.tokens("{{" + source + "}}"));
        tokens.next();
        return tokens;
    }
}
