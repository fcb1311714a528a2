package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.speckv.proto.v1.GenerateRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How hard a model is to think has a name of its own in each API; what comes of it is the chat template's. */
class EffortTest {
    private static final String MESSAGES = "'messages': [{'role': 'user', 'content': 'hi'}]";

    private static HttpResponse<String> sent(RunningGateway server, String path, String fields) throws Exception {
        String prompt = switch (path) {
            case "/v1/responses" -> "'input': 'hi'";
            case "/v1/completions" -> "'prompt': 'hi'";
            default -> MESSAGES;
        };
        return server.post(path, ("{'max_tokens': 9, " + prompt + ", " + fields + "}").replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions | 'reasoning_effort': 'low' | low",
                "/v1/chat/completions | 'reasoning': {'effort': 'low'} | low",
                "/v1/responses | 'reasoning': {'effort': 'low', 'summary': 'auto'} | low",
                "/v1/messages | 'output_config': {'effort': 'low'} | low",
                "/v1/chat/completions | 'reasoning_effort': 'low', 'chat_template_kwargs': {'reasoning_effort': 'max'} | max",
                "/v1/chat/completions | 'reasoning': {'summary': 'auto'} | ``",
                "/v1/messages | 'output_config': {} | ``"
            })
    void itIsAVariableOfTheTemplate(String path, String fields, String effort) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            assertThat(sent(server, path, fields).statusCode()).isEqualTo(200);
            GenerateRequest asked = service.requests.take();

            assertThat(asked.getPrompt()
                            .getChat()
                            .getTemplateVariables()
                            .getFieldsMap()
                            .containsKey("reasoning_effort"))
                    .isEqualTo(!effort.isEmpty());
            assertThat(asked.getPrompt()
                            .getChat()
                            .getTemplateVariables()
                            .getFieldsOrDefault("reasoning_effort", Value.getDefaultInstance())
                            .getStringValue())
                    .isEqualTo(effort);
        }
    }

    @Test
    void aTextHasNoTemplate() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> refused = sent(server, "/v1/completions", "'reasoning_effort': 'low'");

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(server.read(refused).at("/error/message").asText())
                    .startsWith("reasoning_effort is not supported: send a chat");
        }
    }
}
