package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupTest {
    private static final Map<String, Object> DICT = Map.of("items", "own", "name", "Ada");

    @Test
    void aDotFindsTheMethodAndBracketsFindTheItem() {
        assertThat(Lookup.attribute(DICT, "items")).isInstanceOf(Callable.class);
        assertThat(Lookup.item(DICT, "items")).isEqualTo("own");
    }

    @Test
    void eitherFindsTheOtherWhereThereIsNoneOfItsOwn() {
        assertThat(Lookup.attribute(DICT, "name")).isEqualTo("Ada");
        assertThat(Lookup.item("text", "upper")).isInstanceOf(Callable.class);
    }

    @Test
    void placesCountInCodePointsAndFromTheEndWhereTheyAreNegative() {
        assertThat(Lookup.item("a🙂b", 1L)).isEqualTo("🙂");
        assertThat(Lookup.item("a🙂b", -1L)).isEqualTo("b");
        assertThat(Lookup.item(List.of("x", "y"), -2L)).isEqualTo("x");
    }

    @Test
    void whatIsNotThereIsUndefinedAndSaysWhatIsMissing() {
        assertThat(missing(List.of("x"), 1L)).isEqualTo("list object has no element 1");
        assertThat(missing(List.of("x"), BigInteger.TWO.pow(80)))
                .isEqualTo("list object has no element 1208925819614629174706176");
        assertThat(missing(DICT, "age")).isEqualTo("'dict object' has no attribute 'age'");
        assertThat(missing(None.NONE, "age")).isEqualTo("'None' has no attribute 'age'");
    }

    @Test
    void nothingIsFoundInWhatIsUndefined() {
        assertThatThrownBy(() -> Lookup.attribute(Undefined.name("user"), "name"))
                .isInstanceOf(JinjaException.class)
                .hasMessage("'user' is undefined");
    }

    private static String missing(Object value, Object index) {
        return ((Undefined) Lookup.item(value, index)).hint();
    }
}
