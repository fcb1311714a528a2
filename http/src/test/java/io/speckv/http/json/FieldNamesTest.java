package io.speckv.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldNamesTest {
    private final FieldNames chat = new FieldNames("messages", "max_tokens");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sampling.max_new_tokens                     | max_tokens
        sampling.temperature                        | temperature
        sampling.min_new_tokens                     | min_tokens
        sampling.include_stop                       | include_stop_str_in_output
        sampling.logit_bias[3].bias                 | logit_bias
        sampling.stop[1]                            | stop[1]
        request.sampling.top_p                      | top_p
        prompt                                      | messages
        prompt.token_ids[7]                         | messages[7]
        prompt.token_ids.ids[7]                     | messages[7]
        prompt.text                                 | messages
        prompt.chat.messages                        | messages
        prompt.chat.messages[2].content             | messages[2].content
        prompt.chat.tool_use.definitions_json       | tools
        prompt.chat.tool_use.tool                   | tool_choice
        prompt.chat.tool_use.choice                 | tool_choice
        prompt.chat.continue_final_message          | continue_final_message
        prompt.chat.template_variables              | chat_template_kwargs
        prompt.chat.template_variables.a            | chat_template_kwargs.a
        method.name                                 | speckv.method
        method.preset                               | speckv.preset
        method.extra_settings.preset                | speckv.preset
        method.settings.preset                      | speckv.preset
        method.extra_settings.window_size           | speckv.settings.window_size
        method.settings.window_size                 | speckv.settings.window_size
        method.keep_rate                            | speckv.settings.keep_rate
        engine.priority                             | priority
        engine.cache_salt                           | cache_salt
        fallback                                    | speckv.fallback
        protection.turns                            | speckv.turns
        protection.recent_tokens                    | speckv.recent_tokens
        protection.messages[1]                      | speckv.protect.messages[1]
        report.kv_positions                         | speckv.report.kv_positions
        request_id                                  | X-Request-Id
        model                                       | model
        something.else                              | something.else
        """)
    void aPathOnTheWireIsWhatClientsCallIt(String path, String name) {
        assertThat(chat.nameOf(path)).isEqualTo(name);
    }

    @Test
    void ofSeveralPromptsEachHasItsPlace() {
        FieldNames second = new FieldNames("prompt", "max_tokens").ofPrompt(1);
        assertThat(second.nameOf("prompt")).isEqualTo("prompt[1]");
        assertThat(second.nameOf("prompt.token_ids[7]")).isEqualTo("prompt[1][7]");
        assertThat(second.nameOf("sampling.max_new_tokens")).isEqualTo("max_tokens");
    }

    @Test
    void whatOnlyThisRequestHasComesFirst() {
        FieldNames sent = new FieldNames(
                "messages",
                "max_output_tokens",
                Map.of("prompt.chat.messages[1]", "input[4]", "sampling.stop[0]", "stop"));
        assertThat(sent.nameOf("prompt.chat.messages[1]")).isEqualTo("input[4]");
        assertThat(sent.nameOf("prompt.chat.messages[1].content")).isEqualTo("input[4].content");
        assertThat(sent.nameOf("prompt.chat.messages[11].content")).isEqualTo("messages[11].content");
        assertThat(sent.nameOf("request.sampling.stop[0]")).isEqualTo("stop");
        assertThat(sent.nameOf("sampling.stop[1]")).isEqualTo("stop[1]");
        assertThat(sent.nameOf("sampling.max_new_tokens")).isEqualTo("max_output_tokens");
    }
}
