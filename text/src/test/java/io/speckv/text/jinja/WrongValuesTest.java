package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A template that does what cannot be done with a value is wrong, whatever the value: no other error comes out of it. */
class WrongValuesTest {
    private static final String[] VALUES = {
        "none",
        "true",
        "0",
        "-7",
        "3.5",
        "(10 ** 30)",
        "''",
        "'some text'",
        "'9' * 25",
        "[]",
        "[1, 'b', none]",
        "[[1], {}]",
        "{}",
        "{'k': 'v', 1: none}",
        "(1, 2)",
        "range(3)",
        "missing",
        "namespace(a=1)"
    };
    private static final String[] METHODS = {
        "capitalize",
        "casefold",
        "center",
        "count",
        "endswith",
        "expandtabs",
        "find",
        "format",
        "get",
        "index",
        "isdigit",
        "items",
        "join",
        "keys",
        "ljust",
        "lstrip",
        "partition",
        "removeprefix",
        "replace",
        "rfind",
        "rsplit",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "title",
        "upper",
        "values",
        "zfill",
        "copy",
        "is_integer",
        "bit_length"
    };

    static Stream<String> filters() {
        return Filters.names().stream();
    }

    static Stream<String> methods() {
        return Arrays.stream(METHODS);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void filtersTakeOrRefuseEveryValue(String filter) {
        rendersOrRefuses(value -> arguments -> "{{ " + value + " | " + filter + arguments + " }}");
        rendersOrRefuses(value -> arguments -> "{{ " + value + " | " + filter + arguments + " | list }}");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void methodsTakeOrRefuseEveryValue(String method) {
        rendersOrRefuses(value ->
                arguments -> "{{ (" + value + ")." + method + (arguments.isEmpty() ? "()" : arguments) + " }}");
    }

    private interface Template {
        Given of(String value);
    }

    private interface Given {
        String with(String arguments);
    }

    private static void rendersOrRefuses(Template template) {
        List<String> escaped = new ArrayList<>();
        for (String value : VALUES) {
            for (String arguments : arguments()) {
                String source = template.of(value).with(arguments);
                try {
                    Map<String, Object> variables = new HashMap<>();
                    assertThat(JinjaTemplate.parse(source, Clock.systemUTC()).render(variables))
                            .isNotNull();
                } catch (JinjaException e) {
                    assertThat(e).hasMessageMatching("(?s).+");
                } catch (RuntimeException e) {
                    escaped.add(source + ": " + e);
                }
            }
        }
        assertThat(escaped).isEmpty();
    }

    private static List<String> arguments() {
        List<String> all = new ArrayList<>(List.of("", "('x.99999999999999999999')", "('{0[99999999999999999999]}')"));
        for (String first : VALUES) {
            all.add("(" + first + ")");
            all.add("(" + first + ", 2)");
            all.add("('x', " + first + ")");
            all.add("(1, 'x', " + first + ", " + first + ")");
        }
        return all;
    }
}
