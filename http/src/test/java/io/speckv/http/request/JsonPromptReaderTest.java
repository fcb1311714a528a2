package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.TextFormat;
import com.google.protobuf.Value;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ControlTokenRule;
import io.speckv.proto.v1.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPromptReaderTest {
    private static final String HI = "'messages': [{'role': 'user', 'content': 'Hi'}]";

    private static List<Prompt> completions(String fields) {
        return JsonPromptReader.completions(QuotedJson.request("{" + fields + "}"));
    }

    private static Chat chat(String fields) {
        return JsonPromptReader.chat(QuotedJson.request("{" + fields + "}"), OfferedTools.NONE)
                .getChat();
    }

    private static Struct variables(String fields) {
        return JsonPromptReader.variables(QuotedJson.request("{" + fields + "}"))
                .orElse(Struct.getDefaultInstance());
    }

    @Test
    void aTextMaySpellOutControlTokens() {
        Prompt prompt = completions("'prompt': '<s>Hi'").get(0);
        assertThat(prompt.getText()).isEqualTo("<s>Hi");
        assertThat(prompt.getControlTokenRule()).isEqualTo(ControlTokenRule.CONTROL_TOKEN_RULE_AS_CONTROL);
        assertThat(prompt.hasAddSpecialTokens()).isFalse();
        assertThat(completions("'prompt': 'Hi', 'add_special_tokens': false")
                        .get(0)
                        .getAddSpecialTokens())
                .isFalse();
        assertThat(completions("'prompt': 'Hi', 'add_special_tokens': false")
                        .get(0)
                        .hasAddSpecialTokens())
                .isTrue();
    }

    @Test
    void tokensAreAnArrayOfNumbers() {
        assertThat(completions("'prompt': [1, 2.0, 2147483647]"))
                .singleElement()
                .extracting(prompt -> prompt.getTokenIds().getIdsList())
                .isEqualTo(List.of(1, 2, 2147483647));
    }

    @Test
    void severalPromptsAreAnArrayOfThem() {
        assertThat(completions("'prompt': ['a', [1, 2]]"))
                .extracting(Prompt::getText)
                .containsExactly("a", "");
        assertThat(completions("'prompt': ['a']")).hasSize(1);
        assertThat(completions("'prompt': [[1, 2]]").get(0).getTokenIds().getIdsList())
                .containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'n': 1                | prompt is missing
        'prompt': null        | prompt is missing
        'prompt': 5           | prompt FORMS, not a whole number
        'prompt': []          | prompt FORMS, not an array
        'prompt': {}          | prompt FORMS, not an object
        'prompt': ['a', []]   | prompt[1] FORMS, not an array
        'prompt': [{}]        | prompt FORMS, not an object
        'prompt': ['a', true] | prompt[1] FORMS, not true or false
        'prompt': [1, -1]     | prompt[1] is -1, must be a token id: 0 or more
        'prompt': [1, 'a']    | prompt[1] is "a", must be a token id: 0 or more
        'prompt': [[1.5]]     | prompt[0] is 1.5, must be a token id: 0 or more
        'prompt': ['a', [1, 2147483648]] | prompt[1][1] is 2147483648, must be a token id: 0 or more
        """)
    void whatIsNoPromptIsNamed(String fields, String refusal) {
        String forms = "must be a string, an array of token ids, or an array of these";
        assertThat(QuotedJson.refusal("{" + fields + "}", JsonPromptReader::completions))
                .isEqualTo(refusal.replace("FORMS", forms));
    }

    @Test
    void aChatIsItsMessagesAndHowTheyEnd() {
        Chat plain = chat(HI);
        assertThat(plain.getMessagesList()).hasSize(1);
        assertThat(plain.hasToolUse() || plain.hasTemplateVariables()).isFalse();
        assertThat(chat(HI + ", 'continue_final_message': true").getContinueFinalMessage())
                .isTrue();
        assertThat(chat(HI + ", 'add_generation_prompt': true").getAddGenerationPrompt())
                .isTrue();
        assertThat(QuotedJson.refusal("{'messages': []}", request -> JsonPromptReader.chat(request, OfferedTools.NONE)))
                .isEqualTo("messages must have at least one message");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'reasoning_effort': 'low'
        'reasoning': {'effort': 'low'}
        'output_config': {'effort': 'low'}
        'chat_template_kwargs': {'reasoning_effort': 'low'}
        'chat_template_kwargs': {'reasoning_effort': 'low'}, 'reasoning_effort': 'high'
        """)
    void effortIsAVariableByTheNameThatTemplatesKnow(String fields) {
        assertThat(variables(fields).getFieldsMap())
                .containsOnlyKeys("reasoning_effort")
                .containsValue(Value.newBuilder().setStringValue("low").build());
    }

    @Test
    void withoutVariablesThereAreNone() {
        assertThat(JsonPromptReader.variables(QuotedJson.request("{'chat_template_kwargs': {}}")))
                .isEmpty();
        assertThat(JsonPromptReader.variables(QuotedJson.request("{}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9007199254740993", "-9007199254740993", "9223372036854775807", "123456789012345678901234567890"
            })
    void aVariableThatADoubleWouldRoundIsRefused(String number) {
        assertThat(QuotedJson.refusal(
                        "{'chat_template_kwargs': {'a': {'b': [1, " + number + "]}}}", JsonPromptReader::variables))
                .isEqualTo("chat_template_kwargs has the whole number " + number
                        + ", must have none beyond 2^53 from 0: send it as a string");
    }

    @Test
    void variablesNestAtMost24Deep() {
        String deepest = "{'a': ".repeat(24) + "1" + "}".repeat(24);
        JsonFields fields = QuotedJson.request("{'value': " + deepest + "}");
        assertThat(JsonPromptReader.struct(fields.node().path("value")).getFieldsCount())
                .isEqualTo(1);
        assertThat(QuotedJson.refusal("{'a': " + deepest + "}", request -> JsonPromptReader.struct(request.node())))
                .isEqualTo("the body has an object of free form that nests deeper than 24 levels");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        5       | number_value: 5
        'a'     | string_value: "a"
        true    | bool_value: true
        null    | null_value: NULL_VALUE
        9007199254740992  | number_value: 9007199254740992
        -9007199254740992 | number_value: -9007199254740992
        1e300   | number_value: 1e300
        [1, {}] | list_value: {values: {number_value: 1} values: {struct_value: {}}}
        """)
    void anyValueIsWrapped(String json, String value) throws TextFormat.ParseException {
        JsonFields fields = QuotedJson.request("{'value': " + json + "}");
        assertThat(JsonPromptReader.wrapped(fields, "value", fields.node().path("value")))
                .isEqualTo(TextFormat.parse(value, Value.class));
    }
}
