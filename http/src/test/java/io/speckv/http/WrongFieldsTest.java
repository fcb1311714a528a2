package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of requests that are wrong, each named with what would be right, and those that change nothing. */
final class WrongFieldsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'n': 33 | n | n is 33, must be 1 to 32",
                "'best_of': 2 | best_of | best_of is 2; only 1 is supported",
                "'temperature': 'hot' | temperature | temperature must be a number, not a string",
                "'max_tokens': 1.5 | max_tokens | max_tokens must be a whole number, not a number with a fraction",
                "'max_tokens': 0 | max_tokens | max_tokens is 0, must be at least 1",
                "'stop': [1] | stop[0] | stop[0] must be a string, not a whole number",
                "'stop': 5 | stop | stop must be a string or an array of strings, not a whole number",
                "'tool_choice': 5 | tool_choice | tool_choice must be a string or an object, not a whole number",
                "'speckv': {'protect': true} | speckv.protect"
                        + " | speckv.protect must be a string or an object, not true or false",
                "'max_tokens': 4.5 | max_tokens | max_tokens must be a whole number, not a number with a fraction",
                "'stream': 1 | stream | stream must be true or false, not a whole number",
                "'top_logprobs': 2 | top_logprobs | top_logprobs needs logprobs to be true",
                "'stream_options': {} | stream_options | stream_options needs stream to be true",
                "'response_format': {'type': 'xml'} | response_format.type"
                        + " | response_format.type is 'xml', must be text, json_object or json_schema",
                "'speckv': {'metod': 'x'} | speckv.metod | speckv.metod is not known,"
                        + " must be one of [method, preset, settings, fallback, continue_drafting, report, protect,"
                        + " turns, recent_tokens, stream_tool_arguments];"
                        + " what a method is set to stands in speckv.settings",
                "'speckv': {'Method': 'x'} | speckv.Method | speckv.Method is not known,"
                        + " must be one of [method, preset, settings, fallback, continue_drafting, report, protect,"
                        + " turns, recent_tokens, stream_tool_arguments];"
                        + " what a method is set to stands in speckv.settings",
                "'speckv': {'window_size': 8} | speckv.window_size"
                        + " | speckv.window_size is not known, must be one of [method, preset, settings, fallback,"
                        + " continue_drafting, report, protect, turns, recent_tokens, stream_tool_arguments];"
                        + " what a method is set to stands in speckv.settings",
                "'speckv': {'stream_tool_arguments': 1} | speckv.stream_tool_arguments"
                        + " | speckv.stream_tool_arguments must be true or false, not a whole number",
                "'speckv': {'kept_positions': true} | speckv.kept_positions"
                        + " | speckv.kept_positions is not known here: it stands in speckv.report",
                "'speckv': {'report': {'positions': true}} | speckv.report.positions"
                        + " | speckv.report.positions is not known, must be one of [kept_positions, kv_positions]",
                "'system': 'Be terse.' | system | system is not supported: send it as a message",
                "'stop_sequences': ['a'] | stop_sequences | stop_sequences is not supported: use stop",
                "'verbosity': 'low' | verbosity | verbosity is not supported",
                "'guided_json': {} | guided_json | guided_json is not supported",
                "'grammar': 'root' | grammar | grammar is not supported",
                "'structured_outputs': {'choice': [1]} | structured_outputs.choice[0]"
                        + " | structured_outputs.choice[0] must be a string, not a whole number",
                "'prompt_logprobs': 1 | prompt_logprobs | prompt_logprobs is not supported",
                "'continue_final_message': true, 'add_generation_prompt': true | continue_final_message"
                        + " | continue_final_message cannot be true together with add_generation_prompt",
                "'repeat_penalty': 1.1 | repeat_penalty | repeat_penalty is not supported",
                "'tool_choice': 'required' | tool_choice" + " | tool_choice asks for a call, and there are no tools",
                "'tool_choice': 'some' | tool_choice"
                        + " | tool_choice is 'some', must be auto, none, required or an object that names a tool",
                "'tools': [{}] | tools[0].type | tools[0].type is missing",
                "'tools': [{'type': 'web_search'}] | tools[0].type"
                        + " | tools[0].type is 'web_search'; only 'function' is supported",
                "'tools': [{'type': 'function', 'function': {}}] | tools[0].function.name"
                        + " | tools[0].function.name is missing",
                "'tools': [{'type': 'function', 'function': {'name': 'a', 'parameters': 3}}]"
                        + " | tools[0].function.parameters"
                        + " | tools[0].function.parameters must be an object, not a whole number",
                "'tools': [{'type': 'function', 'function': {'name': 'a'}}],"
                        + " 'tool_choice': {'type': 'function', 'function': {'name': 'b'}}"
                        + " | tool_choice | tool_choice names the tool 'b', which is not among tools",
                "'functions': [{'name': 'a'}] | functions | functions is not supported: offer them as tools",
                "'speckv': {'turns': 'fresh'} | speckv.turns | speckv.turns is 'fresh', must be together or frozen",
                "'speckv': {'recent_tokens': -1} | speckv.recent_tokens"
                        + " | speckv.recent_tokens is -1, must be at least 0",
                "'speckv': {'protect': 'all'} | speckv.protect | speckv.protect is 'all', must be none or structure",
                "'speckv': {'protect': {'role': 'user'}} | speckv.protect.role"
                        + " | speckv.protect.role is not known, must be one of [rule, messages, roles, ranges, share]",
                "'speckv': {'protect': {'ranges': [[1]]}} | speckv.protect.ranges[0] | speckv.protect.ranges[0]"
                        + " must be an array of its first place and the place behind its last",
                "'stop_token_ids': [-1] | stop_token_ids[0] | stop_token_ids[0] is -1, must be a token id: 0 or more",
                "'logit_bias': {'no': 1} | logit_bias.no"
                        + " | logit_bias.no is no token id: the keys are numbers of 0 or more",
                "'logit_bias': {'5': 'x'} | logit_bias.5 | logit_bias.5 must be a number, not a string",
                "'min_tokens': -1 | min_tokens | min_tokens is -1, must be at least 0",
                "'user': {'a': 1, 'a': 2} | null | the body has the key 'a' twice at line 1, column 22",
                "'speckv': {'fallback': 'x'} | speckv.fallback"
                        + " | speckv.fallback is 'x', must be full, snapkv, ngram or fail",
                "'speckv': {'settings': [1]} | speckv.settings | speckv.settings must be an object, not an array",
            })
    void namesTheFieldThatIsWrong(String field, String param, String message) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post(CHAT, "{%s, %s}".formatted(field.replace('\'', '"'), MESSAGES));
            assertThat(response.statusCode()).isEqualTo(400);
            JsonNode error = server.read(response).get("error");
            assertThat(error.get("param").asText()).isEqualTo(param);
            assertThat(error.get("message").asText()).isEqualTo(message);
            assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"a\"}}], \"tool_choice\": \"none\"",
                "\"functions\": [{\"name\": \"a\"}], \"function_call\": \"none\"",
                "\"tools\": [], \"tool_choice\": \"auto\"",
                "\"no_stop_trim\": false, \"guided_json\": null, \"echo\": false, \"repeat_penalty\": 1.0, \"n\": 1",
                "\"suffix\": \"\", \"grammar\": \"\", \"n_predict\": -1, \"verbosity\": \"medium\", \"system\": \"\"",
                "\"some_extra\": {\"a\": 1}, \"skip_special_tokens\": true"
            })
    void answersWhatChangesNothing(String fields) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(server.post(CHAT, "{%s, %s}".formatted(fields, MESSAGES)).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\": \"user\"}",
                "{\"role\": \"user\", \"content\": null}",
                "{\"role\": \"user\", \"content\": []}"
            })
    void aUserSaysSomething(String message) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post(CHAT, "{\"messages\": [%s]}".formatted(message));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(server.read(response).at("/error/param").asText()).isEqualTo("messages[0].content");
        }
    }

    @Test
    void refusesImages() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(server.post(
                                    CHAT,
                                    "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]}")
                            .body())
                    .contains("messages[0].content[0].type is 'image_url'; only 'text' is supported");
        }
    }
}
