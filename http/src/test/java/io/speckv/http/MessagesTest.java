package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anthropic's API: what it reads, and whole and streamed answers of its {@code MessageWriter}. */
final class MessagesTest {
    private static final String PATH = "/v1/messages";
    private static final AnswerMarks MARKS = AnswerMarks.newBuilder()
            .setToolCallFormat("hermes")
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();
    private static final String SAID =
            "<think>so</think>I look.\n<tool_call>{\"name\": \"look\", \"arguments\": " + "{\"at\": 1.50}}</tool_call>";
    private static final String REQUEST = "{\"model\": \"tiny\", \"max_tokens\": 9, \"system\": [{\"type\": \"text\","
            + " \"text\": \"Be terse.\", \"cache_control\": {\"type\": \"ephemeral\"}}], \"messages\": [{\"role\":"
            + " \"user\", \"content\": \"hi\"}], \"tools\": [{\"name\": \"look\", \"description\": \"d\","
            + " \"input_schema\": {\"type\": \"object\"}}], \"stop_sequences\": [\"END\"] %s}";

    private static FakeInference service() {
        return FakeInference.scripted(MARKS, request -> SAID);
    }

    @Test
    void aWholeAnswerIsAMessageOfBlocks() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode message = server.read(server.post(PATH, REQUEST.formatted("")));
            assertThat(message.get("type").asText()).isEqualTo("message");
            assertThat(message.get("id").asText()).startsWith("msg_");
            assertThat(message.get("role").asText()).isEqualTo("assistant");
            assertThat(message.get("stop_reason").asText()).isEqualTo("tool_use");
            assertThat(message.at("/content/0/thinking").asText()).isEqualTo("so");
            assertThat(message.at("/content/1/text").asText()).isEqualTo("I look.\n");
            assertThat(message.at("/content/2/name").asText()).isEqualTo("look");
            assertThat(message.at("/content/2/input/at").asDouble()).isEqualTo(1.5);
            assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(1000);
            assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(5);
            GenerateRequest asked = service.requests.take();
            assertThat(asked.getPrompt().getChat().getMessages(0).getContent()).isEqualTo("Be terse.");
            assertThat(asked.getPrompt().getChat().getToolUse().getDefinitionsJson())
                    .isEqualTo("[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":\"d\","
                            + "\"parameters\":{\"type\":\"object\"}}}]");
            assertThat(asked.getSampling().getStopList()).containsExactly("END");
            assertThat(asked.getSampling().getMaxNewTokens()).isEqualTo(9);
        }
    }

    @Test
    void aLimitOfNoTokensHasThePromptReadAndNothingAnswered() throws Exception {
        FakeInference service = service();
        String warming = REQUEST.replace("\"max_tokens\": 9", "\"max_tokens\": 0");
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode message = server.read(server.post(PATH, warming.formatted("")));
            assertThat(message.get("content").isArray()).isTrue();
            assertThat(message.get("content")).isEmpty();
            assertThat(message.get("stop_reason").asText()).isEqualTo("max_tokens");
            assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(1000);
            assertThat(message.at("/usage/output_tokens").asInt(9)).isZero();
            assertThat(service.requests.take().getSampling().getMaxNewTokens()).isEqualTo(1);

            HttpResponse<String> streamed = server.post(PATH, warming.formatted(", \"stream\": true"));
            assertThat(streamed.statusCode()).isEqualTo(400);
            assertThat(streamed.body()).contains("stream is true, must be false where max_tokens is 0");
        }
    }

    @Test
    void argumentsStayAsTheModelWroteThem() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            assertThat(server.post(PATH, REQUEST.formatted("")).body()).contains("\"input\":{\"at\": 1.50}");
        }
    }

    @Test
    void aStreamOpensAndClosesItsBlocks() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            HttpResponse<String> response = server.post(PATH, REQUEST.formatted(", \"stream\": true"));
            List<JsonNode> events = StreamedEvents.of(response.body());
            StringBuilder told = new StringBuilder();
            for (JsonNode event : events) {
                assertThat(response.body())
                        .contains("event: " + event.get("type").asText() + "\ndata: " + event);
                switch (event.get("type").asText()) {
                    case "content_block_start" ->
                        told.append('[')
                                .append(event.get("index").asInt())
                                .append(' ')
                                .append(event.at("/content_block/type").asText())
                                .append(' ');
                    case "content_block_delta" ->
                        told.append(event.at("/delta/text").asText())
                                .append(event.at("/delta/thinking").asText())
                                .append(event.at("/delta/partial_json").asText());
                    case "content_block_stop" -> told.append(']');
                    case "message_delta" ->
                        told.append(event.at("/delta/stop_reason").asText());
                    default -> told.append(event.get("type").asText()).append(' ');
                }
            }
            assertThat(told.toString())
                    .isEqualTo("message_start [0 thinking so][1 text I look.\n][2 tool_use {\"at\": 1.50}]"
                            + "tool_usemessage_stop ");
            assertThat(events.get(0).at("/message/usage/input_tokens").asInt()).isEqualTo(1000);
            assertThat(response.body()).doesNotContain("[DONE]");
        }
    }

    @Test
    void turnsWithCallsAndResultsBecomeTheTemplatesTurns() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(
                    PATH,
                    "{\"max_tokens\": 9, \"thinking\": {\"type\": \"disabled\"}, \"messages\": ["
                            + "{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"}]},"
                            + "{\"role\": \"assistant\", \"content\": [{\"type\": \"thinking\", \"thinking\": \"t\","
                            + " \"signature\": \"\"}, {\"type\": \"text\", \"text\": \"b\"}, {\"type\": \"tool_use\","
                            + " \"id\": \"u1\", \"name\": \"look\", \"input\": {\"at\": 1}}]},"
                            + "{\"role\": \"user\", \"content\": [{\"type\": \"tool_result\", \"tool_use_id\": \"u1\","
                            + " \"content\": [{\"type\": \"text\", \"text\": \"seen\"}]}, {\"type\": \"text\","
                            + " \"text\": \"and\"}]}, {\"role\": \"assistant\", \"content\": \"So\"}]}");
            Chat chat = service.requests.take().getPrompt().getChat();
            assertThat(chat.getMessagesList().stream().map(ChatMessage::getRole).toList())
                    .containsExactly("user", "assistant", "tool", "user", "assistant");
            assertThat(chat.getMessages(1).getAttributes().getFieldsMap())
                    .containsKeys("tool_calls", "reasoning_content");
            assertThat(chat.getMessages(2).getContent()).isEqualTo("seen");
            assertThat(chat.getContinueFinalMessage())
                    .as("it begins the answer")
                    .isTrue();
            assertThat(chat.getTemplateVariables()
                            .getFieldsOrThrow("enable_thinking")
                            .getBoolValue())
                    .isFalse();
        }
    }

    @Test
    void countsTheTokensOfAPrompt() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            JsonNode counted = server.read(server.post(
                    PATH + "/count_tokens", "{\"messages\": [{\"role\": \"user\", \"content\": \"one two three\"}]}"));
            assertThat(counted.get("input_tokens").asInt()).isEqualTo(3);
        }
    }

    @Test
    void theKeyOfAnthropicsClientsIsABearerToken() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            server.client.send(
                    server.request(PATH, REQUEST.formatted(""))
                            .header("x-api-key", "secret")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(service.authorizations.take()).isEqualTo("Bearer secret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'output_config': {'format': {'type': 'json_schema', 'schema': {'type': 'object'}}, 'effort': 'high'}",
                "'output_format': {'type': 'json_schema', 'schema': {'type': 'object'}}, 'output_config': null"
            })
    void aSchemaOfTheAnswerReachesTheRouter(String field) throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(PATH, REQUEST.formatted(", " + field.replace('\'', '"')));
            assertThat(service.requests.take().getSampling().getResponseFormat().getJsonSchema())
                    .isEqualTo("{\"type\":\"object\"}");
        }
    }

    @Test
    void variablesReachTheTemplateBesideWhetherItThinks() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(
                    PATH,
                    REQUEST.formatted(", \"chat_template_kwargs\": {\"reasoning_effort\": \"low\"}, \"thinking\":"
                            + " {\"type\": \"enabled\", \"budget_tokens\": 2000}"));
            assertThat(service.requests
                            .take()
                            .getPrompt()
                            .getChat()
                            .getTemplateVariables()
                            .getFieldsMap())
                    .containsOnlyKeys("reasoning_effort", "enable_thinking");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'mcp_servers': [{'type': 'url', 'url': 'https://a', 'name': 'a'}] | mcp_servers",
                "'container': 'c1' | container",
                "'container': {'skills': [{'skill_id': 's'}]} | container",
                "'output_config': {'task_budget': {'type': 'tokens', 'total': 9}} | output_config.task_budget",
                "'output_config': {'format': {'type': 'json_object'}} | output_config.format.type",
                "'output_format': {'type': 'json_schema'} | output_format.schema",
                "'output_format': {'type': 'json_schema', 'schema': {}}, 'response_format': {'type': 'json_object'}"
                        + " | output_format",
                "'n': 2 | n",
                "'logprobs': true | logprobs",
                "'top_logprobs': 3 | top_logprobs",
                "'reasoning_effort': 'low' | reasoning_effort",
                "'functions': [{'name': 'f'}] | functions",
                "'parallel_tool_calls': false | parallel_tool_calls",
                "'instructions': 'Be terse.' | instructions",
                "'max_output_tokens': 9 | max_output_tokens",
                "'verbosity': 'low' | verbosity",
            })
    void whatWouldChangeTheAnswerIsRefusedByName(String field, String param) throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            HttpResponse<String> response = server.post(PATH, REQUEST.formatted(", " + field.replace('\'', '"')));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(server.read(response).at("/error/param").asText()).isEqualTo(param);
        }
    }

    @Test
    void fieldsThatChangeNothingAreTaken() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            HttpResponse<String> response = server.post(
                    PATH,
                    REQUEST.formatted(", \"mcp_servers\": [], \"container\": null, \"context_management\": {\"edits\":"
                            + " [{\"type\": \"clear_tool_uses_20250919\"}]},"
                            + " \"output_config\": {}, \"output_format\": null, \"n\": 1, \"logprobs\": false,"
                            + " \"service_tier\": \"auto\", \"metadata\": {\"user_id\": \"u\"}"));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {'messages': [{'role': 'user', 'content': 'a'}]} | max_tokens is missing
                {'max_tokens': -1, 'messages': [{'role': 'user', 'content': 'a'}]} | max_tokens is -1, must be at least 0
                {'max_tokens': 1, 'messages': []} | messages must have at least one message
                {'max_tokens': 1, 'messages': [{'role': 'tool', 'content': 'a'}]} | messages[0].role is 'tool'
                {'max_tokens': 1, 'messages': [{'role': 'user', 'content': [{'type': 'image'}]}]} | messages[0].content[0].type is 'image'
                {'max_tokens': 1, 'messages': [{'role': 'user', 'content': 'a'}], 'tool_choice': {'type': 'any'}} | tool_choice asks for a call
                {'max_tokens': 1, 'messages': [{'role': 'user', 'content': 'a'}], 'tools': [{'type': 'bash_20250124', 'name': 'bash'}]} | tools[0].type is 'bash_20250124'
                {'max_tokens': 1, 'messages': [{'role': 'user', 'content': 'a'}], 'thinking': {'type': 'much'}} | thinking.type is 'much'
                """)
    void errorsHaveAnthropicsForm(String request, String message) throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            HttpResponse<String> response = server.post(PATH, request.replace('\'', '"'));
            assertThat(response.statusCode()).isEqualTo(400);
            JsonNode error = server.read(response);
            assertThat(error.get("type").asText()).isEqualTo("error");
            assertThat(error.at("/error/type").asText()).isEqualTo("invalid_request_error");
            assertThat(error.at("/error/message").asText()).startsWith(message);
        }
    }
}
