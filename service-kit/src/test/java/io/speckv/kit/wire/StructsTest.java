package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructsTest {
    private static @Nullable Object plain(double number) {
        return Structs.toMap(Struct.newBuilder()
                        .putFields(
                                "n", Value.newBuilder().setNumberValue(number).build())
                        .build())
                .get("n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void wholeNumbersOf32BitsAreInts(int number) {
        assertThat(plain(number)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {2_147_483_648L, -2_147_483_649L, 1_700_000_000_000L, 9_007_199_254_740_991L, 1L << 53, -(1L << 53)
            })
    void largerOnesAreLongsAsFarAsDoublesHaveThemAll(long number) {
        assertThat(plain((double) number)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0.5,
                -2.25,
                1e-9,
                0x1p53 + 2,
                -0x1p53 - 2,
                1e300,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void whatHasAFractionOrMayHaveBeenRoundedStaysADouble(double number) {
        assertThat(plain(number)).isEqualTo(number);
    }

    @Test
    void everyKindOfValueComesBackAsItWas() {
        Map<String, @Nullable Object> inner = new LinkedHashMap<>();
        inner.put("nothing", null);
        inner.put("list", new ArrayList<>(Arrays.asList(1, "a", null, List.of(false))));
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("whole", 8);
        values.put("large", 4_000_000_000L);
        values.put("part", 0.25);
        values.put("flag", true);
        values.put("text", "");
        values.put("empty", Map.of());
        values.put("inner", inner);

        assertThat(Structs.toMap(Structs.toProto(values))).isEqualTo(values);
    }

    @Test
    void aValueThatIsNotSetIsNull() {
        assertThat(Structs.toMap(Struct.newBuilder()
                        .putFields("unset", Value.getDefaultInstance())
                        .build()))
                .containsOnly(entry("unset", null));
    }

    @Test
    void whatNoMessageCanHoldIsRefused() {
        assertThatThrownBy(() -> Structs.toProto(Map.of("set", Set.of(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("has no place in a message");
    }
}
