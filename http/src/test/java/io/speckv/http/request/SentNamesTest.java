package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.json.FieldNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentNamesTest {
    private static final String HI = "'messages': [{'role': 'user', 'content': 'Hi'}]";

    private static FieldNames names(AnswerForm form, String fields) {
        return SentNames.of(QuotedJson.request("{" + fields + "}"), form);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        CHAT       | 'n': 1                                        | max_tokens            | messages
        CHAT       | 'max_tokens': 5                               | max_tokens            | messages
        CHAT       | 'max_tokens': 5, 'max_completion_tokens': 6   | max_completion_tokens | messages
        COMPLETION | 'max_tokens': 5                               | max_tokens            | prompt
        RESPONSE   | 'input': 'a', 'max_output_tokens': 5          | max_output_tokens     | input
        """)
    void theBoundAndThePromptAreNamedAsTheyWereSent(AnswerForm form, String fields, String bound, String prompt) {
        FieldNames names = names(form, fields);
        assertThat(names.maxTokens()).isEqualTo(bound);
        assertThat(names.prompt()).isEqualTo(prompt);
    }

    @Test
    void aStopThatIsNoListIsNamedWithoutAPlace() {
        assertThat(names(AnswerForm.CHAT, "'stop': 'a'").sent()).containsEntry("sampling.stop[0]", "stop");
        assertThat(names(AnswerForm.CHAT, "'stop': ['a']").sent()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'stop_sequences': ['a', 'b']                       | 0
        'stop_sequences': ['a', 'b'], 'stop': 's'          | 1
        'stop_sequences': ['a', 'b'], 'stop': ['s', 't']   | 2
        """)
    void stopsOfTwoFieldsAreOneListOnTheWire(String stops, int first) {
        assertThat(names(AnswerForm.MESSAGE, stops + ", " + HI).sent())
                .containsEntry("sampling.stop", "stop_sequences")
                .containsEntry("sampling.stop[" + first + "]", "stop_sequences[0]")
                .containsEntry("sampling.stop[" + (first + 1) + "]", "stop_sequences[1]");
    }

    @Test
    void biasesAreNamedByTheirTokenAndThoseOfNullDoNotCount() {
        assertThat(names(AnswerForm.CHAT, "'logit_bias': {'7': 1, '8': null, '9': 1}")
                        .sent())
                .containsEntry("sampling.logit_bias[0].bias", "logit_bias.7")
                .containsEntry("sampling.logit_bias[1].bias", "logit_bias.9")
                .containsEntry("sampling.logit_bias[1].token_id", "logit_bias.9")
                .hasSize(4);
    }

    @Test
    void aFormatIsNamedByTheFieldThatAskedForIt() {
        assertThat(names(AnswerForm.CHAT, "'structured_outputs': {'regex': 'a'}")
                        .sent())
                .containsEntry("sampling.response_format", "structured_outputs")
                .containsEntry("sampling.response_format.regex", "structured_outputs.regex");
        assertThat(names(AnswerForm.CHAT, "'response_format': {'type': 'json_schema', 'json_schema': {'schema': {}}}")
                        .sent())
                .containsEntry("sampling.response_format.json_schema", "response_format.json_schema.schema");
    }

    @Test
    void turnsAreNamedWhereTheyAreNotTheMessagesThatWereSent() {
        assertThat(SentNames.turns(QuotedJson.request("{" + HI + "}"), AnswerForm.CHAT))
                .isEmpty();
        assertThat(names(AnswerForm.MESSAGE, "'system': 's', " + HI).sent())
                .containsEntry("prompt.chat.messages[0]", "system")
                .containsEntry("prompt.chat.messages[1]", "messages[0]");
        assertThat(SentNames.ofPrompt(QuotedJson.request("{'input': 'a', 'stop': 's'}"), AnswerForm.RESPONSE)
                        .sent())
                .as("of the prompt alone")
                .hasSize(1)
                .containsEntry("prompt.chat.messages[0]", "input");
    }
}
