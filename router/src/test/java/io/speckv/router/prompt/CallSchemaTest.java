package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallSchemaTest {
    private static final String LOOK =
            "{'type': 'object', 'properties': {'at': {'type': 'string', 'enum': ['box', 'bag']}},"
                    + " 'required': ['at'], 'additionalProperties': false}";

    private static Optional<String> schema(String tool, String... toolsAndParameters) {
        StringBuilder definitions = new StringBuilder("[");
        for (int i = 0; i < toolsAndParameters.length; i += 2) {
            String parameters = toolsAndParameters[i + 1];
            definitions
                    .append(i == 0 ? "" : ",")
                    .append("{'type': 'function', 'function': {'name': '")
                    .append(toolsAndParameters[i])
                    .append(parameters.isEmpty() ? "'}}" : "', 'parameters': " + parameters + "}}");
        }
        try {
            List<?> read = new ObjectMapper()
                    .readValue(definitions.append("]").toString().replace('\'', '"'), List.class);
            return CallSchema.of(read, tool, "arguments").map(text -> text.replace('"', '\''));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCallIsItsNameAndItsArguments() {
        assertThat(schema("", "look", LOOK))
                .contains(
                        "{'type':'object','properties':{'name':{'const':'look'},'arguments':{'type':'object',"
                                + "'properties':{'at':{'type':'string','enum':['box','bag']}},'required':['at'],"
                                + "'additionalProperties':false}},'required':['name','arguments'],'additionalProperties':false}");
    }

    @Test
    void ofSeveralToolsItIsOne() {
        Optional<String> any = schema("", "look", LOOK, "wait", "");

        assertThat(any.orElseThrow())
                .startsWith("{'anyOf':[")
                .contains("{'const':'look'}")
                .contains("{'name':{'const':'wait'},'arguments':{'type':'object'}}");
        assertThat(schema("wait", "look", LOOK, "wait", "").orElseThrow())
                .startsWith("{'type':'object'")
                .doesNotContain("look");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'object', 'properties': {'at': {'type': 'string', 'pattern': '^a'}}}",
                "{'type': 'object', 'properties': {'at': {'$ref': '#/$defs/place'}}, '$defs': {'place': {}}}",
                "{'type': 'object', 'properties': {'at': {'type': 'array', 'items': {'format': 'date'}}}}",
                "{'type': 'object', 'properties': {'at': {'anyOf': [{'type': 'null'}, {'not': {}}]}}}",
                "{'type': 'object', 'properties': {'at': true}}",
                "{'type': 'object', 'properties': {'at': {'anyOf': []}}}",
                "{'type': 'object', 'additionalProperties': {'type': 'string'}}",
                "{'type': 'object', 'patternProperties': {}}",
                "{'type': 'array'}",
                "{}",
                "true"
            })
    void aSchemaThatSomeEngineMayNotKnowHoldsNothing(String parameters) {
        assertThat(schema("", "look", parameters)).isEmpty();
        assertThat(schema("", "wait", "", "look", parameters)).isEmpty();
        assertThat(schema("wait", "wait", "", "look", parameters)).isPresent();
    }

    @Test
    void aSchemaThatIsTooLongHoldsNothing() {
        String described = "{'type': 'object', 'description': '" + "x".repeat(66_000) + "'}";

        assertThat(schema("", "look", described)).isEmpty();
    }

    @Test
    void aSchemaMayNestAsDeepAsToolsDo() {
        String nested = "{'type': 'string'}";
        for (int i = 0; i < 7; i++) {
            nested = "{'type': 'object', 'properties': {'a': {'type': 'array', 'items': " + nested + "}}}";
        }

        assertThat(schema("", "look", nested)).isPresent();
    }
}
