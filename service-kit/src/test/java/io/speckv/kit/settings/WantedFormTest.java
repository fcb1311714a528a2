package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of values that do not fit, one by one, as settings are read. */
class WantedFormTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                    LogicalType.Integer,
                    coercion -> coercion.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()))
            .build();

    enum Plain {
        FAST,
        VERY_SAFE
    }

    /** Written in small letters with dashes. */
    enum Dashed {
        FAST,
        VERY_SAFE;

        @JsonCreator
        static Dashed of(String text) {
            for (Dashed one : values()) {
                if (one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                    return one;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is not known");
        }
    }

    record Group(int a) {}

    record All(
            @Nullable Boolean switched,
            @Nullable Integer number,
            @Nullable Long large,
            @Nullable Double share,
            @Nullable Float part,
            @Nullable String text,
            @Nullable Path file,
            @Nullable URI address,
            @Nullable Duration time,
            @Nullable ByteSize size,
            @Nullable Plain plain,
            @Nullable Dashed dashed,
            @Nullable List<String> list,
            @Nullable Set<String> set,
            @Nullable Map<String, String> map,
            @Nullable Group group) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        switched | "maybe"  | true or false
        switched | [true]   | true or false
        number   | "many"   | a whole number
        number   | 1.5      | a whole number
        number   | 2147483648 | a whole number from -2147483648 to 2147483647
        large    | {}       | a whole number
        large    | 9223372036854775808 | a whole number from -9223372036854775808 to 9223372036854775807
        share    | "half"   | a number
        share    | [0.5]    | a number
        part     | {}       | a number
        text     | [1]      | a text
        file     | {}       | a text
        address  | [1]      | a URL, such as http://localhost:8000
        time     | [1]      | a whole number followed by ms, s, m or h, such as 30s
        size     | [1]      | a size with its unit, such as 512KiB or 64MiB
        plain    | "slow"   | one of FAST, VERY_SAFE
        plain    | [1]      | one of FAST, VERY_SAFE
        dashed   | {}       | one of fast, very-safe
        list     | "a"      | a list
        set      | {}       | a list
        map      | [1]      | a group of keys
        group    | "a"      | a group of keys
        group    | [1]      | a group of keys
        """)
    void aValueThatDoesNotFitIsToldWhatWould(String key, String value, String wanted) {
        JsonMappingException mismatch = catchThrowableOfType(
                JsonMappingException.class, () -> MAPPER.readValue("{\"" + key + "\": " + value + "}", All.class));

        assertThat(WantedForm.explain(Objects.requireNonNull(mismatch), MAPPER)).isEqualTo("must be " + wanted);
    }
}
