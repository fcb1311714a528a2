package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link TextMethods}, the methods of texts, against what CPython gave, text by text (see text_methods.py). */
class TextMethodsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static Stream<List<JsonNode>> methods() throws IOException {
        try (InputStream in = TextMethodsTest.class.getResourceAsStream("text_methods.json")) {
            return StreamSupport.stream(
                    MAPPER.readTree(Objects.requireNonNull(in)).spliterator(), false)
                    .collect(Collectors.groupingBy(each -> each.path("method").asText()))
                    .values()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void textsAnswerAsCpythonsDo(List<JsonNode> cases) {
        List<String> wrong = new ArrayList<>();
        for (JsonNode each : cases) {
            String expected = each.has("error") ? "error" : each.path("result").asText();
            String found = rendered(each);
            if (!found.equals(expected)) {
                wrong.add(each + " gives " + found);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String rendered(JsonNode each) {
        List<Object> arguments = MAPPER.convertValue(each.path("arguments"), new TypeReference<>() {});
        String named = IntStream.range(0, arguments.size())
                .mapToObj(place -> "given[" + place + "]")
                .collect(Collectors.joining(", "));
        Map<String, Object> variables = new HashMap<>();
        variables.put("text", each.path("text").asText());
        variables.put("given", arguments);
        try {
            return JinjaTemplate.parse(
                            "{{ [text." + each.path("method").asText() + "(" + named + ")] }}", Clock.systemUTC())
                    .render(variables);
        } catch (JinjaException e) {
            return "error";
        }
    }
}
