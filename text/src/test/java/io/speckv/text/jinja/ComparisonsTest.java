package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
    @Test
    void numbersAreTheSameByValue() {
        assertThat(Comparisons.same(1L, 1.0)).isTrue();
        assertThat(Comparisons.same(true, 1L)).isTrue();
        assertThat(Comparisons.same(BigInteger.ONE, 1L)).isTrue();
        assertThat(Comparisons.same(1L, "1")).isFalse();
    }

    @Test
    void listsAndDictsAreTheSameByTheirElementsAndATupleIsNoList() {
        assertThat(Comparisons.same(List.of(1L, List.of(2L)), List.of(1.0, List.of(2.0))))
                .isTrue();
        assertThat(Comparisons.same(Map.of("a", 1L), Map.of("a", 1.0))).isTrue();
        assertThat(Comparisons.same(List.of(1L), Tuple.of(1L))).isFalse();
    }

    @Test
    void textsAreInTheOrderOfTheirCodePoints() {
        // By chars the second would come first: it begins with a surrogate.
        assertThat(Comparisons.compare("\uffff", "🙂", "<")).isNegative();
        assertThat(Comparisons.compare("a", "ab", "<")).isNegative();
    }

    @Test
    void listsAreInTheOrderOfTheFirstElementsThatDiffer() {
        assertThat(Comparisons.compare(List.of(1L, 3L), List.of(1L, 2L, 9L), "<"))
                .isPositive();
        assertThat(Comparisons.compare(List.of(1L), List.of(1L, 2L), "<")).isNegative();
    }

    @Test
    void valuesOfTwoKindsHaveNoOrder() {
        assertThatThrownBy(() -> Comparisons.compare(1L, "1", "<"))
                .isInstanceOf(JinjaException.class)
                .hasMessage("'<' not supported between instances of 'int' and 'str'");
        assertThatThrownBy(() -> Comparisons.compare(Undefined.name("x"), 1L, "<"))
                .hasMessage("'x' is undefined");
    }

    @Test
    void textsContainPartsDictsContainKeysAndNumbersNothing() {
        assertThat(Comparisons.contains("needle", "eed")).isTrue();
        assertThat(Comparisons.contains(Map.of(1L, "one"), 1.0)).isTrue();
        assertThat(Comparisons.contains(Map.of("a", "b"), "b")).isFalse();
        assertThat(Comparisons.contains(Undefined.name("x"), "a")).isFalse();
        assertThatThrownBy(() -> Comparisons.contains("1", 1L))
                .hasMessage("'in <string>' requires string as left operand, not int");
        assertThatThrownBy(() -> Comparisons.contains(1L, 1L)).hasMessage("argument of type 'int' is not iterable");
    }
}
