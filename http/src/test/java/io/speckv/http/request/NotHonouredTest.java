package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.speckv.http.json.ApiError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NotHonouredTest {
    private static boolean isTaken(String fields, AnswerForm form) {
        try {
            NotHonoured.requireNone(QuotedJson.request("{" + fields + "}"), form);
            return true;
        } catch (ApiError.RefusedException e) {
            return false;
        }
    }

    /** C, T, R and M stand for a chat, a text, a response and a message. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'guided_json': {}                          | -
        'min_new_tokens': 1                        | -
        'suffix': 'x'                              | -
        'n': 2                                     | CT
        'logprobs': true                           | CT
        'top_logprobs': 2                          | CR
        'thinking': {'type': 'enabled'}            | M
        'reasoning_effort': 'low'                  | C
        'reasoning': {'effort': 'low'}             | CR
        'max_output_tokens': 9                     | R
        'stop_sequences': ['a']                    | M
        'system': 'a'                              | M
        'instructions': 'a'                        | R
        'context_management': {'edits': [1]}       | RM
        'chat_template_kwargs': {'a': 1}           | CRM
        'continue_final_message': true             | C
        'add_generation_prompt': false             | C
        'tools': [{}]                              | CRM
        'functions': [{}]                          | C
        'parallel_tool_calls': false               | CTR
        'modalities': ['text', 'audio']            | -
        'unheard_of': {'a': 1}                     | CTRM
        """)
    void aFieldIsTakenByTheApisThatReadIt(String field, String forms) {
        StringBuilder taken = new StringBuilder();
        for (AnswerForm form :
                List.of(AnswerForm.CHAT, AnswerForm.COMPLETION, AnswerForm.RESPONSE, AnswerForm.MESSAGE)) {
            if (isTaken(field, form)) {
                taken.append(
                        switch (form) {
                            case CHAT -> 'C';
                            case COMPLETION -> 'T';
                            case RESPONSE -> 'R';
                            case MESSAGE -> 'M';
                        });
            }
        }
        assertThat(taken.isEmpty() ? "-" : taken.toString()).isEqualTo(forms);
    }

    @ParameterizedTest
    @EnumSource(AnswerForm.class)
    void valuesThatChangeNothingAreTakenEverywhere(AnswerForm form) {
        String neutral = "'best_of': 1, 'n': 1, 'logprobs': false, 'top_logprobs': 0, 'echo': false, 'suffix': '',"
                + " 'thinking': {}, 'reasoning_effort': null, 'system': [], 'tools': [], 'functions': [],"
                + " 'function_call': 'none', 'parallel_tool_calls': true, 'add_generation_prompt': true,"
                + " 'verbosity': 'medium', 'modalities': ['text'], 'length_penalty': 1.0, 'n_predict': -1,"
                + " 'top_n_sigma': 0, 'detokenize': true, 'guided_json': null, 'documents': []";

        assertThatCode(() -> NotHonoured.requireNone(QuotedJson.request("{" + neutral + "}"), form))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'system': 'a'                   | system is not supported: send it as a message
        'instructions': 'a'             | instructions is not supported: send them as a system message
        'max_output_tokens': 9          | max_output_tokens is not supported: use max_tokens
        'stop_sequences': ['a']         | stop_sequences is not supported: use stop
        'enable_thinking': true         | enable_thinking is not supported: give it to the model's template as chat_template_kwargs.enable_thinking
        'mcp_servers': [{}]             | mcp_servers is not supported: tools are the caller's own here
        'modalities': ['audio']         | modalities is not supported: 'text' alone is
        'echo': true                    | echo is not supported
        'best_of': 3                    | best_of is 3; only 1 is supported
        """)
    void theRefusalSaysWhatToSendInstead(String field, String message) {
        assertThat(QuotedJson.refusal("{" + field + "}", request -> NotHonoured.requireNone(request, AnswerForm.CHAT)))
                .isEqualTo(message);
    }

    @Test
    void aTextHasNoTemplateToGiveVariablesTo() {
        assertThat(QuotedJson.refusal(
                        "{'chat_template_kwargs': {'a': 1}}",
                        request -> NotHonoured.requireNone(request, AnswerForm.COMPLETION)))
                .isEqualTo("chat_template_kwargs is not supported: a text has no template");
    }
}
