package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class DictKeysTest {
    /** Groups of values that Python takes for one key; those of two groups are two. */
    static final List<List<Object>> GROUPS = List.of(
            List.of(1L, 1.0, true),
            List.of(0L, 0.0, -0.0, false),
            List.of(1.5),
            List.of("1"),
            List.of(None.NONE),
            List.of(BigInteger.TEN.pow(20), 1e20),
            List.of(9007199254740993L),
            List.of(9007199254740992L, 9007199254740992.0),
            List.of(Double.POSITIVE_INFINITY),
            List.of(Tuple.of(1L, "a"), Tuple.of(1.0, "a"), Tuple.of(true, "a")),
            List.of(Tuple.of(Tuple.of(0L)), Tuple.of(Tuple.of(-0.0))),
            List.of(Tuple.of()));

    @ParameterizedTest
    @FieldSource("GROUPS")
    void aValueFindsTheKeyThatItIsEqualToAndNoOther(List<Object> group) {
        for (Object written : group) {
            Map<Object, Object> dict = new LinkedHashMap<>();
            DictKeys.put(dict, written, "here");
            for (List<Object> other : GROUPS) {
                for (Object value : other) {
                    assertThat(dict.get(DictKeys.find(dict, value)))
                            .as("%s looked up by %s", written, value)
                            .isEqualTo(other == group ? "here" : null);
                    assertThat(DictKeys.canonical(value).equals(DictKeys.canonical(written)))
                            .as("%s and %s", written, value)
                            .isEqualTo(other == group);
                }
            }
        }
    }

    @Test
    void aKeyStaysAsItWasWrittenFirstAndTakesTheLastValue() {
        Map<Object, Object> dict = new LinkedHashMap<>();
        DictKeys.put(dict, true, "a");
        DictKeys.put(dict, 1L, "b");
        DictKeys.put(dict, 2.0, "c");

        assertThat(Printing.str(dict)).isEqualTo("{True: 'b', 2.0: 'c'}");
    }

    @Test
    void whatCanChangeIsNoKey() {
        for (Object value : List.<Object>of(new ArrayList<>(), Map.of(), new View("dict_keys", List.of()))) {
            assertThatThrownBy(() -> DictKeys.find(Map.of(), value))
                    .isInstanceOf(JinjaException.class)
                    .hasMessage("unhashable type: '" + Values.typeName(value) + "'");
        }
        assertThatThrownBy(() -> DictKeys.canonical(Tuple.of(List.of()))).hasMessage("unhashable type: 'list'");
    }

    /** A key that is not there is found out without a look at all that are. */
    @Test
    void largeDictsTakeNoTime() {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (long i = 0; i < 300_000; i++) {
            DictKeys.put(dict, i, i);
        }
        assertThat(DictKeys.find(dict, 299_999.0)).isEqualTo(299_999L);
        assertThat(DictKeys.find(dict, -1L)).isEqualTo(-1L);
        assertThatThrownBy(() -> DictKeys.find(dict, Tuple.of(1L)))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("a tuple is sought in a dict of more than 2000 keys");
    }
}
