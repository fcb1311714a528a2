package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.proto.v1.ResponseFormat;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an answer is held to, under the names that clients give it. */
class ResponseFormatTest {
    private static final String PATH = "/v1/completions";

    private static ResponseFormat read(String field) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response = server.post(PATH, "{\"prompt\": \"q\", %s}".formatted(field));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return service.requests.take().getSampling().getResponseFormat();
        }
    }

    @Test
    void openAisSchemaIsPassedOnAsItIs() throws Exception {
        ResponseFormat format =
                read("\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\","
                        + " \"strict\": true, \"schema\": {\"type\": \"object\"}}}");

        assertThat(format.getJsonSchema()).isEqualTo("{\"type\":\"object\"}");
        assertThat(read("\"response_format\": {\"type\": \"json_object\"}").getJsonObject())
                .isTrue();
        assertThat(read("\"response_format\": {\"type\": \"text\"}").getFormCase())
                .isEqualTo(ResponseFormat.FormCase.FORM_NOT_SET);
    }

    @Test
    void vllmsOutputsAreTheOtherForms() throws Exception {
        assertThat(read("\"structured_outputs\": {\"json\": {\"type\": \"object\"}}")
                        .getJsonSchema())
                .isEqualTo("{\"type\":\"object\"}");
        assertThat(read("\"structured_outputs\": {\"regex\": \"[0-9]+\"}").getRegex())
                .isEqualTo("[0-9]+");
        assertThat(read("\"structured_outputs\": {\"choice\": [\"yes\", \"no\"]}")
                        .getChoices()
                        .getTextsList())
                .containsExactly("yes", "no");
        assertThat(read("\"structured_outputs\": {\"grammar\": \"root ::= \\\"a\\\"\"}")
                        .getGrammar())
                .isEqualTo("root ::= \"a\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'response_format': {} | response_format.type",
                "'response_format': {'type': 'json_schema'} | response_format.json_schema",
                "'response_format': {'type': 'json_schema', 'json_schema': {}} | response_format.json_schema.schema",
                "'structured_outputs': {} | structured_outputs.json",
                "'structured_outputs': {'regex': 'a', 'grammar': 'b'} | structured_outputs.grammar",
                "'response_format': {'type': 'json_object'}, 'structured_outputs': {'regex': 'a'} | structured_outputs",
            })
    void whatIsNoFormIsNamed(String field, String param) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response =
                    server.post(PATH, "{\"prompt\": \"q\", %s}".formatted(field.replace('\'', '"')));
            JsonNode error = server.read(response).get("error");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(error.get("param").asText()).isEqualTo(param);
        }
    }
}
