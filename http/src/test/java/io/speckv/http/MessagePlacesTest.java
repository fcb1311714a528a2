package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerateRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The messages of a chat are not those that a client sent where a system prompt has a field of its own, a result becomes a message
 * and items of an answer become one: what is said of them counts the client's.
 */
class MessagePlacesTest {
    private static final String MESSAGES = """
            {"max_tokens": 9, "system": "Be terse.", "messages": [
             {"role": "user", "content": "where?"},
             {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "look", "input": {}}]},
             {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "there"},
                                          {"type": "text", "text": "and now?"}]}], "speckv": {%s}}
            """;
    private static final String RESPONSES = """
            {"instructions": "Be terse.", "input": [
             {"role": "user", "content": "where?"},
             {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]},
             {"type": "function_call", "call_id": "a", "name": "look", "arguments": "{}"},
             {"type": "function_call_output", "call_id": "a", "output": "there"},
             {"role": "user", "content": "and now?"}], "speckv": {%s}}
            """;
    private static final String CHAT = """
            {"messages": [{"role": "system", "content": "Be terse."}, {"role": "user", "content": "where?"},
             {"role": "assistant", "content": "there"}, {"role": "user", "content": "and now?"}], "speckv": {%s}}
            """;

    private static String body(String path, String speckv) {
        String form = path.endsWith("messages") ? MESSAGES : path.endsWith("responses") ? RESPONSES : CHAT;
        return form.formatted(speckv);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, 0, system",
        "/v1/messages, 1, messages[0]",
        "/v1/messages, 2, messages[1]",
        "/v1/messages, 3, messages[2]",
        "/v1/messages, 4, messages[2]",
        "/v1/responses, 0, instructions",
        "/v1/responses, 1, input[0]",
        "/v1/responses, 2, input[1]",
        "/v1/responses, 3, input[3]",
        "/v1/responses, 4, input[4]",
        "/v1/chat/completions, 2, messages[2]"
    })
    void aRefusalNamesTheMessageAsItWasSent(String path, int inChat, String sent) throws Exception {
        RequestException refusal =
                RequestException.invalidField("prompt.chat.messages[" + inChat + "]", "is not laid out");
        try (RunningGateway server = new RunningGateway(FakeInference.failing(refusal))) {
            JsonNode error = server.read(server.post(path, body(path, "")));

            assertThat(error.at("/error/message").asText()).isEqualTo(sent + " is not laid out");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, 0, 1",
        "/v1/messages, 1, 2",
        "/v1/messages, 2, '3, 4'",
        "/v1/responses, 0, 1",
        "/v1/responses, 1, 2",
        "/v1/responses, 2, 2",
        "/v1/responses, 3, 3",
        "/v1/chat/completions, 2, 2"
    })
    void aMessageIsProtectedByItsPlaceAmongThoseThatWereSent(String path, int sent, String inChat) throws Exception {
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(path, body(path, "\"protect\": {\"messages\": [" + sent + "]}"));
            GenerateRequest asked = service.requests.take();

            assertThat(asked.getProtection().getMessagesList()).hasToString("[" + inChat + "]");
        }
    }

    @Test
    void nobodyNamesMoreMessagesThanCanBeMeant() throws Exception {
        String many = "0,".repeat(1024) + "0";
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode error = server.read(
                    server.post("/v1/messages", body("/v1/messages", "\"protect\": {\"messages\": [" + many + "]}")));

            assertThat(error.at("/error/message").asText())
                    .isEqualTo("speckv.protect.messages has 1025 places, must have at most 1024");
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, 3", "/v1/responses, 5"})
    void thereIsNoMessageBehindTheLastThatWasSent(String path, int place) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode error = server.read(server.post(path, body(path, "\"protect\": {\"messages\": [" + place + "]}")));

            assertThat(error.at("/error/message").asText())
                    .isEqualTo("speckv.protect.messages[0] is " + place + ", must be below the " + place
                            + " that were sent");
        }
    }
}
