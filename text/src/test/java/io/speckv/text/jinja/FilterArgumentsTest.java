package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link FilterArguments} tells the author of a template; JinjaLanguageTest has what Jinja itself refuses. */
class FilterArgumentsTest {
    private static void require(String filter, List<Object> positional, Map<String, Object> named) {
        FilterArguments.require(filter, new Arguments(positional, named));
    }

    @Test
    void aNameThatIsMisspeltIsToldWithThoseThatThereAre() {
        assertThatThrownBy(() -> require("indent", List.of(), Map.of("widht", 2L)))
                .isInstanceOf(JinjaException.class)
                .hasMessage("the filter 'indent' has no argument 'widht', it takes no more than width, first, blank");
    }

    @Test
    void oneArgumentTooManyIsCounted() {
        assertThatThrownBy(() -> require("round", List.of(1L, "ceil", 2L), Map.of()))
                .hasMessage("the filter 'round' takes no more than precision, method, got 3 arguments");
        assertThatThrownBy(() -> require("upper", List.of(1L), Map.of()))
                .hasMessage("the filter 'upper' takes no arguments, got 1 argument");
    }

    @Test
    void anArgumentIsGivenByItsPlaceOrByItsName() {
        assertThatCode(() -> require("indent", List.of(2L), Map.of("first", true)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> require("indent", List.of(2L), Map.of("width", 3L)))
                .hasMessage("the filter 'indent' is given 'width' twice: by its place and by its name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "map", "select", "rejectattr"})
    void filtersThatPassArgumentsOnTakeAnyHere(String filter) {
        assertThatCode(() -> require(filter, List.of(1L, 2L, 3L), Map.of("any", 4L)))
                .doesNotThrowAnyException();
    }

    static List<String> filters() {
        return List.copyOf(Filters.names());
    }

    @ParameterizedTest
    @MethodSource("filters")
    void everyFilterKnowsWhatItTakes(String filter) {
        if (!List.of("format", "map", "reject", "rejectattr", "select", "selectattr")
                .contains(filter)) {
            assertThatThrownBy(() -> Filters.named(filter)
                            .apply("a", new Arguments(List.of(), Map.of("no_such_name", 1L)), new Work()))
                    .hasMessageStartingWith("the filter '" + filter + "' has no argument 'no_such_name'");
        }
    }

    @Test
    void aFilterOfWhichItIsNotSaidWhatItTakesIsNoneToStartWith() {
        assertThatThrownBy(() -> FilterArguments.requireSaid(Set.of("urlize")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("what the filter 'urlize' takes is not said");
        assertThatCode(() -> FilterArguments.requireSaid(Filters.names())).doesNotThrowAnyException();
    }
}
