package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The language, expression by expression, against what Jinja2 wrote into language.json (see chat_templates.py). Its topics "loops"
 * and "functions" have {@link ForLoop} and {@link Globals} case by case, "subscripts and attributes" what {@link JinjaMethods}
 * finds in a value and what it refuses.
 */
class JinjaLanguageTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-07T14:05:09Z"), ZoneOffset.UTC);

    static Stream<Arguments> cases() throws IOException {
        JsonNode root;
        try (InputStream in = JinjaLanguageTest.class.getResourceAsStream("language.json")) {
            root = MAPPER.readTree(Objects.requireNonNull(in));
        }
        Map<String, Object> variables = MAPPER.convertValue(root.path("variables"), new TypeReference<>() {});
        return StreamSupport.stream(root.path("cases").spliterator(), false)
                .map(testCase -> Arguments.of(
                        testCase.path("topic").asText(),
                        testCase.path("template").asText(),
                        testCase,
                        variables));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void rendersAsJinja2DoesOrRefusesWhatItRefusesInTheSameLine(
            String topic, String template, JsonNode expected, Map<String, Object> variables) {
        if (expected.has("rendered")) {
            assertThat(JinjaTemplate.parse(template, CLOCK).render(variables))
                    .isEqualTo(expected.path("rendered").asText());
        } else {
            assertThatThrownBy(() -> JinjaTemplate.parse(template, CLOCK).render(variables))
                    .as(expected.path("error").asText())
                    .isInstanceOf(JinjaException.class)
                    .message()
                    .contains(
                            // What a template itself says has no line, nor has what Python's compiler refuses.
                            expected.has("line") && !template.contains("raise_exception")
                                    ? "(line " + expected.path("line").asText() + ")"
                                    : "");
        }
    }

    @Test
    void noTemplateHangsOrFillsTheMemory() {
        for (String template : new String[] {
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "{{ 'a' * 1000000000 }}",
            "{{ [0] * 1000000000 }}",
            "{{ 2 ** 999999999 }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
            "{% if true %}".repeat(100_000),
            "{{ '%999999d' % 1 }}{{ '{:999999999}'.format(1) }}"
        }) {
            assertThatThrownBy(() -> JinjaTemplate.parse(template, CLOCK).render(Map.of()))
                    .isInstanceOf(JinjaException.class);
        }
    }
}
