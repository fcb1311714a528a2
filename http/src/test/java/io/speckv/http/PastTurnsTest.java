package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Struct;
import io.speckv.proto.v1.ChatMessage;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was said, called and told before reaches the model, in whatever form the client kept it. */
final class PastTurnsTest {
    private static List<ChatMessage> read(String path, String body) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response = server.post(path, body.replace('\'', '"'));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return service.requests.take().getPrompt().getChat().getMessagesList();
        }
    }

    private static List<ChatMessage> chat(String... messages) throws Exception {
        return read("/v1/chat/completions", "{'messages': [" + String.join(", ", messages) + "]}");
    }

    @Test
    void aFormerCallAndItsResultAreOnesOfATool() throws Exception {
        List<ChatMessage> turns = chat(
                "{'role': 'user', 'content': 'hi'}",
                "{'role': 'assistant', 'content': null, 'function_call': {'name': 'look', 'arguments': '{}'}}",
                "{'role': 'function', 'name': 'look', 'content': 'seen'}");
        Struct call = turns.get(1)
                .getAttributes()
                .getFieldsOrThrow("tool_calls")
                .getListValue()
                .getValues(0)
                .getStructValue();
        assertThat(turns.get(1).getContentIsNull()).isTrue();
        assertThat(turns.get(1).getAttributes().getFieldsMap()).containsOnlyKeys("tool_calls");
        assertThat(call.getFieldsOrThrow("function").getStructValue().getFieldsMap())
                .containsOnlyKeys("name", "arguments");
        assertThat(turns.get(2).getRole()).isEqualTo("tool");
        assertThat(turns.get(2).getContent()).isEqualTo("seen");
        String id = call.getFieldsOrThrow("id").getStringValue();
        assertThat(id).as("as Mistral's templates want it").matches("[a-z0-9]{9}");
        assertThat(turns.get(2).getAttributes().getFieldsOrThrow("tool_call_id").getStringValue())
                .isEqualTo(id);
    }

    /** Long histories are cut at their beginning. */
    @Test
    void aResultWhoseFormerCallWasCutOffHasAnIdOfItsOwn() throws Exception {
        List<ChatMessage> turns = chat(
                "{'role': 'function', 'name': 'look', 'content': 'seen'}", "{'role': 'user', 'content': 'and now?'}");

        assertThat(turns.get(0).getRole()).isEqualTo("tool");
        assertThat(turns.get(0).getAttributes().getFieldsOrThrow("tool_call_id").getStringValue())
                .matches("[a-z0-9]{9}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role': 'assistant', 'tool_calls': 'x'} | tool_calls",
                "{'role': 'assistant', 'tool_calls': [null]} | tool_calls[0]",
                "{'role': 'assistant', 'tool_calls': [{'id': 'a', 'type': 'function'}]} | tool_calls[0].function",
                "{'role': 'assistant', 'tool_calls': [{'type': 'custom', 'custom': {'name': 'f'}}]} | tool_calls[0].type",
                "{'role': 'assistant', 'tool_calls': [{'type': 'function', 'function': {}}]} | tool_calls[0].function.name",
                "{'role': 'assistant', 'tool_calls': [{'function': {'name': 'f', 'arguments': 5}}]}"
                        + " | tool_calls[0].function.arguments",
                "{'role': 'assistant', 'function_call': {'arguments': '{}'}} | function_call.name",
                "{'role': 'user', 'content': 'a', 'function_call': {'name': 'f'}} | function_call",
            })
    void aCallThatIsNoneIsRefusedWithItsPlace(String message, String param) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post(
                    "/v1/chat/completions",
                    "{'messages': [{'role': 'user', 'content': 'a'}, %s]}"
                            .formatted(message)
                            .replace('\'', '"'));
            JsonNode error = server.read(response).get("error");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(error.get("param").asText()).isEqualTo("messages[1]." + param);
        }
    }

    @Test
    void aRefusalIsWhatTheAssistantSaid() throws Exception {
        List<ChatMessage> turns = chat(
                "{'role': 'assistant', 'content': null, 'refusal': 'No.'}",
                "{'role': 'assistant', 'content': [{'type': 'refusal', 'refusal': 'Not that.'}]}",
                "{'role': 'assistant', 'content': '', 'refusal': 'Nor that.'}",
                "{'role': 'assistant', 'content': 'Yes.', 'refusal': null}");
        assertThat(turns).extracting(ChatMessage::getContent).containsExactly("No.", "Not that.", "Nor that.", "Yes.");
        assertThat(turns).extracting(ChatMessage::getContentIsNull).containsOnly(false);
        assertThat(turns).noneMatch(ChatMessage::hasAttributes);
        assertThat(read(
                        "/v1/responses",
                        "{'input': [{'role': 'assistant', 'content': [{'type': 'refusal', 'refusal': 'No.'}]}]}"))
                .extracting(ChatMessage::getContent)
                .containsExactly("No.");
    }

    @Test
    void onlyATurnThatCallsHasNoContentForTheTemplate() throws Exception {
        List<ChatMessage> turns = chat(
                "{'role': 'assistant', 'content': null, 'tool_calls': [{'id': 'a', 'function': {'name': 'f'}}]}",
                "{'role': 'tool', 'tool_call_id': 'a', 'content': null}",
                "{'role': 'assistant', 'content': null}",
                "{'role': 'assistant', 'tool_calls': []}");
        assertThat(turns).extracting(ChatMessage::getContent).containsOnly("");
        assertThat(turns).extracting(ChatMessage::getContentIsNull).containsExactly(true, false, false, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'content': 'no such file', 'is_error': true | Error: no such file",
                "'content': [{'type': 'text', 'text': 'no such file'}], 'is_error': true | Error: no such file",
                "'content': 'ERROR 404', 'is_error': true | ERROR 404",
                "'is_error': true | Error",
                "'content': 'fine', 'is_error': false | fine",
            })
    void theModelIsToldThatAToolFailed(String fields, String told) throws Exception {
        List<ChatMessage> turns = read(
                "/v1/messages",
                "{'max_tokens': 9, 'messages': [{'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 'u', %s}]}]}"
                        .formatted(fields));
        assertThat(turns).extracting(ChatMessage::getContent).containsExactly(told);
    }
}
