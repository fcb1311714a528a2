package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What any parser of JSON reads back; JinjaLanguageTest has what CPython writes, character by character. */
class PythonJsonTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int MANY = 1_000;
    private static final PythonJson PLAIN = PythonJson.of(Arguments.of(""));

    private static PythonJson json(Map<String, Object> named) {
        return PythonJson.of(new Arguments(List.of(""), named));
    }

    private static Object anyValue(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 8)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 2 -> random.nextBoolean();
            case 3, 4 -> anyText(random);
            case 5 -> {
                Map<Object, Object> dict = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    dict.put(anyText(random), anyValue(random, depth + 1));
                }
                yield dict;
            }
            default -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(anyValue(random, depth + 1));
                }
                yield list;
            }
        };
    }

    private static String anyText(Random random) {
        int[] points = random.ints(random.nextInt(6), 0, 0x300)
                .map(c -> c > 0x280 ? 0x1f600 + c : c > 0x240 ? 0x2000 + c - 0x240 : c)
                .toArray();
        return new String(points, 0, points.length);
    }

    @Test
    void whateverIsWrittenIsReadBackAsItWas() throws JsonProcessingException {
        Random random = new Random(7);
        for (int i = 0; i < MANY; i++) {
            Object value = anyValue(random, 0);
            for (PythonJson writer : List.of(
                    PLAIN,
                    json(Map.of("indent", 2L)),
                    json(Map.of("ensure_ascii", true)),
                    json(Map.of("indent", "\t", "sort_keys", true)),
                    json(Map.of("separators", Tuple.of(",", ":"))))) {
                Object read = Values.of(MAPPER.readValue(writer.write(value), Object.class));

                assertThat(Comparisons.same(read, value))
                        .as("%s of %s", writer, value)
                        .isTrue();
            }
        }
    }

    @Test
    void asciiIsAllThereIsWhereItIsAskedFor() {
        Random random = new Random(8);
        for (int i = 0; i < MANY; i++) {
            assertThat(json(Map.of("ensure_ascii", true)).write(anyText(random)))
                    .matches("[ -~]*");
        }
    }

    @ParameterizedTest(name = "indented by {0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "2; '{|  \"a\": [|    1,|    {}|  ],|  \"b\": []|}'",
                "0; '{|\"a\": [|1,|{}|],|\"b\": []|}'",
                "-3; '{|\"a\": [|1,|{}|],|\"b\": []|}'"
            })
    void anIndentPutsEveryElementOnALineAndKeepsEmptyOnesClosed(long indent, String written) {
        Map<Object, Object> value = new LinkedHashMap<>();
        value.put("a", List.of(1L, Map.of()));
        value.put("b", List.of());

        assertThat(json(Map.of("indent", indent)).write(value).replace('\n', '|'))
                .isEqualTo(written);
    }

    @Test
    void keysAreSortedByCodePointsWhereAsked() {
        Map<Object, Object> value = new LinkedHashMap<>();
        for (String key : List.of("😀", "\uffff", "b", "B", "a")) {
            value.put(key, 1L);
        }
        assertThat(json(Map.of("sort_keys", true)).write(value).replaceAll("[^\\p{L}\uffff😀]", ""))
                .isEqualTo("Bab\uffff😀");
        value.put(1L, 2L);
        assertThatThrownBy(() -> json(Map.of("sort_keys", true)).write(value))
                .hasMessageContaining("'<' not supported");
    }

    @Test
    void whatIsNoJsonIsNamed() {
        assertThatThrownBy(() -> PLAIN.write(List.of(Undefined.name("x"))))
                .isInstanceOf(JinjaException.class)
                .hasMessage("Object of type Undefined is not JSON serializable");
        assertThatThrownBy(() -> PLAIN.write(new View("dict_keys", List.of())))
                .hasMessage("Object of type dict_keys is not JSON serializable");
        assertThatThrownBy(() -> PLAIN.write(Map.of(Tuple.of(1L), 1L)))
                .hasMessage("keys must be str, int, float, bool or None, not tuple");
        assertThatThrownBy(() -> json(Map.of("separators", List.of(","))))
                .hasMessage("separators are a pair, not a sequence of 1");
    }

    @Test
    void whatIsTooDeepOrTooLongIsNoMoreThanAnError() {
        Object deep = 1L;
        for (int i = 0; i < 5_000; i++) {
            deep = List.of(deep);
        }
        Object nested = deep;
        assertThatThrownBy(() -> json(Map.of("indent", 100_000L)).write(nested))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("characters");
    }
}
