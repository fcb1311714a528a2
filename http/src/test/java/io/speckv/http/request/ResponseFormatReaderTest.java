package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.speckv.proto.v1.ResponseFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseFormatReaderTest {
    private static Optional<AskedFormat> read(AnswerForm form, String fields) {
        return ResponseFormatReader.format(QuotedJson.request("{" + fields + "}"), form);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        CHAT | 'response_format': {'type': 'json_object'}                               | json_object: true
        CHAT | 'response_format': {'type': 'json_schema', 'json_schema': {'schema': {}}} | json_schema: "{}"
        CHAT | 'structured_outputs': {'json': {'type': 'object'}}                       | json_schema: "{\\"type\\":\\"object\\"}"
        CHAT | 'structured_outputs': {'json': '{}'}                                     | json_schema: "{}"
        CHAT | 'structured_outputs': {'json_object': true}                              | json_object: true
        CHAT | 'structured_outputs': {'regex': '[a-z]+'}                                | regex: "[a-z]+"
        CHAT | 'structured_outputs': {'choice': ['a', 'b']}                             | choices: {texts: ["a", "b"]}
        CHAT | 'structured_outputs': {'grammar': 'root'}                                | grammar: "root"
        RESPONSE | 'text': {'format': {'type': 'json_schema', 'name': 'n', 'schema': {}}} | json_schema: "{}"
        RESPONSE | 'text': {'format': {'type': 'json_object'}}                          | json_object: true
        MESSAGE | 'output_config': {'format': {'type': 'json_schema', 'schema': {}}}    | json_schema: "{}"
        MESSAGE | 'output_format': {'type': 'json_schema', 'schema': {}}                | json_schema: "{}"
        """)
    void everyApiHasItsNameForIt(AnswerForm form, String fields, String format) throws TextFormat.ParseException {
        assertThat(read(form, fields).map(AskedFormat::format))
                .contains(TextFormat.parse(format, ResponseFormat.class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        CHAT     | 'n': 1
        CHAT     | 'response_format': null
        CHAT     | 'response_format': {'type': 'text'}
        CHAT     | 'text': {'format': {'type': 'json_object'}}
        CHAT     | 'output_format': {'type': 'json_schema', 'schema': {}}
        RESPONSE | 'text': {'format': {'type': 'text'}}
        RESPONSE | 'text': {'format': {}}
        RESPONSE | 'text': {}
        """)
    void aFreeAnswerIsHeldToNothing(AnswerForm form, String fields) {
        assertThat(read(form, fields)).isEmpty();
    }

    @Test
    void theFieldThatAskedAndTheOneWithTheRuleAreNamed() {
        AskedFormat chat = read(
                        AnswerForm.CHAT, "'response_format': {'type': 'json_schema', 'json_schema': {'schema': {}}}")
                .orElseThrow();
        assertThat(chat.field()).isEqualTo("response_format");
        assertThat(chat.rule()).isEqualTo("response_format.json_schema.schema");
        AskedFormat message = read(
                        AnswerForm.MESSAGE, "'output_config': {'format': {'type': 'json_schema', 'schema': {}}}")
                .orElseThrow();
        assertThat(message.field()).isEqualTo("output_config.format");
        assertThat(message.rule()).isEqualTo("output_config.format.schema");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        CHAT | 'response_format': {}                        | response_format.type is missing, must be text, json_object KINDS
        CHAT | 'response_format': {'type': 'xml'}           | response_format.type is 'xml', must be text, json_object KINDS
        CHAT | 'response_format': {'type': 'json_schema'}   | response_format.json_schema is missing
        CHAT | 'response_format': {'type': 'json_schema', 'json_schema': {}} | response_format.json_schema.schema is missing
        CHAT | 'structured_outputs': {}                     | structured_outputs.json must be the one of ALL that is set
        CHAT | 'structured_outputs': {'json': {}, 'regex': 'a'} | structured_outputs.regex must be the one of ALL that is set
        CHAT | 'structured_outputs': {'choice': 'a'}        | structured_outputs.choice must be an array, not a string
        RESPONSE | 'text': {'format': {'type': 'json_schema'}} | text.format.schema is missing
        MESSAGE | 'output_format': {'type': 'json_object'}  | output_format.type is 'json_object', must be json_schema
        MESSAGE | 'output_format': {}                       | output_format.type is missing, must be json_schema
        """)
    void whatIsWrongIsNamed(AnswerForm form, String fields, String refusal) {
        assertThat(QuotedJson.refusal("{" + fields + "}", request -> ResponseFormatReader.format(request, form)))
                .isEqualTo(refusal.replace("KINDS", "or json_schema")
                        .replace("ALL", "[json, json_object, regex, choice, grammar]"));
    }

    @Test
    void anAnswerIsHeldToOneFormat() {
        assertThat(QuotedJson.refusal(
                        "{'response_format': {'type': 'json_object'}, 'structured_outputs': {'regex': 'a'}}",
                        request -> ResponseFormatReader.format(request, AnswerForm.CHAT)))
                .isEqualTo("structured_outputs cannot be set together with response_format");
    }
}
