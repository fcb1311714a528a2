package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenAI's Responses, as far as they need no state; answers are those of a {@code ResponseWriter}, whole and streamed. */
final class ResponsesTest {
    private static final String PATH = "/v1/responses";
    private static final AnswerMarks MARKS = AnswerMarks.newBuilder()
            .setToolCallFormat("hermes")
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();
    private static final String SAID =
            "<think>so</think>I look. <tool_call>{\"name\": \"look\", \"arguments\": {\"at\": 1.50}}</tool_call>";
    private static final String REQUEST = "{\"model\": \"tiny\", \"input\": \"hi\", \"instructions\": \"Be terse.\","
            + " \"max_output_tokens\": 9, \"tools\": [{\"type\": \"function\", \"name\": \"look\", \"parameters\":"
            + " {\"type\": \"object\"}, \"strict\": false}] %s}";

    private static FakeInference service() {
        return FakeInference.scripted(MARKS, request -> SAID);
    }

    @Test
    void aWholeAnswerIsAListOfItems() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode response = server.read(server.post(PATH, REQUEST.formatted("")));
            assertThat(response.get("object").asText()).isEqualTo("response");
            assertThat(response.get("status").asText()).isEqualTo("completed");
            assertThat(response.get("store").asBoolean(true)).isFalse();
            assertThat(response.get("instructions").asText()).isEqualTo("Be terse.");
            assertThat(response.get("tool_choice").asText()).isEqualTo("auto");
            assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("so");
            assertThat(response.at("/output/1/content/0/text").asText()).isEqualTo("I look. ");
            assertThat(response.at("/output/2/type").asText()).isEqualTo("function_call");
            assertThat(response.at("/output/2/arguments").asText()).isEqualTo("{\"at\": 1.50}");
            assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(1005);
            var asked = service.requests.take();
            assertThat(asked.getSampling().getMaxNewTokens()).isEqualTo(9);
            assertThat(asked.getPrompt().getChat().getMessagesList().stream()
                            .map(ChatMessage::getContent)
                            .toList())
                    .containsExactly("Be terse.", "hi");
        }
    }

    @Test
    void aStreamAddsAndCompletesItsItems() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            List<JsonNode> events = StreamedEvents.of(
                    server.post(PATH, REQUEST.formatted(", \"stream\": true")).body());
            List<String> types = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).get("sequence_number").asInt()).isEqualTo(i);
                String type = events.get(i).get("type").asText();
                if (types.isEmpty() || !types.get(types.size() - 1).equals(type)) {
                    types.add(type);
                }
            }
            assertThat(types)
                    .containsExactly(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.reasoning_text.delta",
                            "response.reasoning_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.function_call_arguments.delta",
                            "response.function_call_arguments.done",
                            "response.output_item.done",
                            "response.completed");
            JsonNode whole = server.read(server.post(PATH, REQUEST.formatted("")));
            JsonNode streamed = events.get(events.size() - 1).get("response");
            assertThat(streamed.get("output").findValuesAsText("text"))
                    .isEqualTo(whole.get("output").findValuesAsText("text"));
            assertThat(streamed.get("usage")).isEqualTo(whole.get("usage"));
        }
    }

    @Test
    void anErrorInAStreamIsTheNextOfItsEvents() throws Exception {
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onError(Failures.encode(RequestException.of(FailureCode.TARGET_LOST, "the target went away")));
        });
        try (RunningGateway server = new RunningGateway(service)) {
            List<JsonNode> events = StreamedEvents.of(
                    server.post(PATH, REQUEST.formatted(", \"stream\": true")).body());
            JsonNode last = events.get(events.size() - 1);
            assertThat(last.get("type").asText()).isEqualTo("error");
            assertThat(last.get("code").asText()).isEqualTo("target_lost");
            assertThat(last.get("sequence_number").asInt(-1)).isEqualTo(events.size() - 1);
        }
    }

    @Test
    void itemsBecomeTheTemplatesTurns() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(
                    PATH,
                    "{\"input\": [{\"role\": \"developer\", \"content\": \"Be terse.\"}, {\"type\": \"message\", \"role\":"
                            + " \"user\", \"content\": [{\"type\": \"input_text\", \"text\": \"hi\"}]},"
                            + " {\"type\": \"reasoning\", \"summary\": [], \"content\": [{\"type\": \"reasoning_text\","
                            + " \"text\": \"so\"}]}, {\"type\": \"message\", \"role\": \"assistant\", \"content\":"
                            + " [{\"type\": \"output_text\", \"text\": \"I look.\"}]}, {\"type\": \"function_call\","
                            + " \"call_id\": \"c1\", \"name\": \"look\", \"arguments\": \"{}\"}, {\"type\":"
                            + " \"function_call\", \"call_id\": \"c2\", \"name\": \"look\", \"arguments\": \"{}\"},"
                            + " {\"type\": \"function_call_output\", \"call_id\": \"c1\", \"output\": \"seen\"},"
                            + " {\"type\": \"function_call_output\", \"call_id\": \"c2\", \"output\": [{\"type\":"
                            + " \"input_text\", \"text\": \"too\"}]}]}");
            Chat chat = service.requests.take().getPrompt().getChat();
            assertThat(chat.getMessagesList().stream()
                            .map(turn -> turn.getRole() + " " + turn.getContent())
                            .toList())
                    .containsExactly("system Be terse.", "user hi", "assistant I look.", "tool seen", "tool too");
            assertThat(chat.getMessages(2)
                            .getAttributes()
                            .getFieldsOrThrow("tool_calls")
                            .getListValue()
                            .getValuesCount())
                    .isEqualTo(2);
            assertThat(chat.getMessages(2)
                            .getAttributes()
                            .getFieldsOrThrow("reasoning_content")
                            .getStringValue())
                    .isEqualTo("so");
        }
    }

    /** Several items may be one turn. */
    @ParameterizedTest
    @CsvSource({"0, instructions", "1, input[0]", "2, input[1]", "3, input[4]", "4, input[5]"})
    void aTurnAtFaultIsNamedByItsFirstItem(int turn, String param) throws Exception {
        RequestException thrown =
                RequestException.invalidField("prompt.chat.messages[" + turn + "]", "is left out by the template");
        try (RunningGateway server = new RunningGateway(FakeInference.failing(thrown))) {
            JsonNode error = server.read(
                    server.post(
                            PATH,
                            "{\"instructions\": \"a\", \"input\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"type\": \"reasoning\"},"
                                    + " {\"role\": \"assistant\", \"content\": \"I look.\"}, {\"type\": \"function_call\", \"call_id\":"
                                    + " \"c1\", \"name\": \"look\", \"arguments\": \"{}\"}, {\"type\": \"function_call_output\","
                                    + " \"call_id\": \"c1\", \"output\": \"seen\"}, {\"role\": \"user\", \"content\": \"so?\"}]}"));
            assertThat(error.at("/error/param").asText()).isEqualTo(param);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {} | input is missing
                {'input': []} | input must have at least one item
                {'input': 'a', 'previous_response_id': 'resp_1'} | previous_response_id is not supported: nothing is stored here
                {'input': 'a', 'background': true} | background is not supported
                {'input': 'a', 'truncation': 'auto'} | truncation is 'auto'
                {'input': 'a', 'text': {'format': {'type': 'xml'}}} | text.format.type is 'xml'
                {'input': [{'type': 'item_reference', 'id': 'x'}]} | input[0].type is 'item_reference'
                {'input': [{'role': 'user', 'content': [{'type': 'input_image'}]}]} | input[0].content[0].type is 'input_image'
                {'input': 'a', 'tools': [{'type': 'web_search'}]} | tools[0].type is 'web_search'
                {'input': 'a', 'top_logprobs': 3} | top_logprobs needs include to have 'message.output_text.logprobs'
                {'input': 'a', 'include': ['message.output_text.logprobs'], 'top_logprobs': 21} | top_logprobs is 21, must be 0 to 20
                {'input': 'a', 'reasoning_effort': 'low'} | reasoning_effort is not supported
                {'input': 'a', 'text': {'verbosity': 'low'}} | text.verbosity is 'low'
                {'input': 'a', 'n': 2} | n is not supported
                {'input': 'a', 'system': 'Be terse.'} | system is not supported: send it as a message
                {'input': 'a', 'text': {'format': {'type': 'json_object'}}, 'response_format': {'type': 'json_object'}} | text.format cannot be set together with response_format
                {'input': 'a', 'tools': [{'type': 'function'}]} | tools[0].name is missing
                """)
    void whatNeedsStateOrIsWrongIsRefused(String request, String message) throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            HttpResponse<String> response = server.post(PATH, request.replace('\'', '"'));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(server.read(response).at("/error/message").asText()).startsWith(message);
        }
    }

    @Test
    void variablesOfTheTemplateAndWhatChangesNothingAreTaken() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response = server.post(
                    PATH,
                    "{\"input\": \"a\", \"reasoning\": {\"effort\": \"high\", \"summary\": \"auto\"}, \"top_logprobs\": 0,"
                            + " \"context_management\": [{\"type\": \"compaction\"}],"
                            + " \"include\": [\"reasoning.encrypted_content\"], \"text\": {\"verbosity\": \"medium\"},"
                            + " \"chat_template_kwargs\": {\"reasoning_effort\": \"low\"}}");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(service.requests
                            .take()
                            .getPrompt()
                            .getChat()
                            .getTemplateVariables()
                            .getFieldsOrThrow("reasoning_effort")
                            .getStringValue())
                    .isEqualTo("low");
        }
    }

    @Test
    void whatWasAskedForIsRepeatedAndWhatWasNotHasItsDefault() throws Exception {
        try (RunningGateway server = new RunningGateway(service())) {
            JsonNode asked = server.read(server.post(
                    PATH,
                    "{\"input\": \"a\", \"reasoning\": {\"effort\": \"high\"}, \"metadata\": {\"k\": \"v\"},"
                            + " \"temperature\": 0.5}"));
            assertThat(asked.at("/reasoning").toString()).isEqualTo("{\"effort\":\"high\",\"summary\":null}");
            assertThat(asked.at("/metadata/k").asText()).isEqualTo("v");
            assertThat(asked.at("/temperature").asDouble()).isEqualTo(0.5);
            assertThat(asked.at("/parallel_tool_calls").asBoolean()).isTrue();

            JsonNode silent = server.read(server.post(PATH, "{\"input\": \"a\", \"reasoning\": null}"));
            assertThat(silent.at("/reasoning").toString()).isEqualTo("{\"effort\":null,\"summary\":null}");
            assertThat(silent.at("/metadata").toString()).isEqualTo("{}");
            assertThat(silent.at("/temperature").isNull()).isTrue();
            assertThat(silent.at("/tool_choice").asText()).isEqualTo("auto");
        }
    }

    @Test
    void aSchemaOfTheAnswerReachesTheRouter() throws Exception {
        FakeInference service = service();
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode response = server.read(server.post(
                    PATH,
                    "{\"input\": \"a\", \"text\": {\"format\": {\"type\": \"json_schema\", \"name\": \"n\", \"schema\":"
                            + " {\"type\": \"object\"}}}}"));
            assertThat(service.requests.take().getSampling().getResponseFormat().getJsonSchema())
                    .isEqualTo("{\"type\":\"object\"}");
            assertThat(response.at("/text/format/name").asText()).isEqualTo("n");
        }
    }
}
