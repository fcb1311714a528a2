package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrorsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

    @ParameterizedTest
    @CsvSource({
        "PROMPT_TOO_LONG, 400, context_length_exceeded, invalid_request_error",
        "MODEL_UNKNOWN, 404, model_not_found, invalid_request_error",
        "TOKEN_MISSING, 401, invalid_api_key, invalid_request_error",
        "TOKEN_REJECTED, 401, invalid_api_key, invalid_request_error",
        "QUEUE_FULL, 429, queue_full, rate_limit_error",
        "KV_MEMORY, 429, kv_memory, rate_limit_error",
        "NO_TARGET, 503, no_target, server_error",
        "NO_RENDERER, 503, no_renderer, server_error",
        "DRAFT_UNAVAILABLE, 503, draft_unavailable, server_error",
        "DEADLINE, 504, deadline, server_error",
        "NON_FINITE, 500, non_finite, server_error"
    })
    void mapsEachFailure(FailureCode failure, int status, String code, String type) throws Exception {
        RequestException thrown = RequestException.of(failure, "what happened").retryAfter(Duration.ofMillis(1500));
        try (RunningGateway server = new RunningGateway(FakeInference.failing(thrown))) {
            for (String stream : new String[] {"true", "false"}) {
                HttpResponse<String> response = server.post(CHAT, "{\"stream\": %s, %s}".formatted(stream, MESSAGES));
                assertThat(response.statusCode()).isEqualTo(status);
                assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
                JsonNode error = server.read(response).get("error");
                assertThat(error.get("code").asText()).isEqualTo(code);
                assertThat(error.get("type").asText()).isEqualTo(type);
                assertThat(error.get("message").asText()).isEqualTo("what happened");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sampling.top_p, top_p",
        "sampling.max_new_tokens, max_tokens",
        "max_new_tokens, max_tokens",
        "sampling.min_new_tokens, min_tokens",
        "sampling.logit_bias[0].bias, logit_bias",
        "prompt.chat.messages[0].role, messages[0].role",
        "method.name, speckv.method",
        "method.settings.window_size, speckv.settings.window_size",
        "method.specpc.kernel_size, speckv.settings.specpc.kernel_size",
        "method.extra_settings.novel, speckv.settings.novel",
        "protection.ranges[1], speckv.protect.ranges[1]",
        "protection.turns, speckv.turns",
        "protection.recent_tokens, speckv.recent_tokens",
        "method.extra_settings.preset, speckv.preset",
        "prompt.chat.template_variables, chat_template_kwargs",
        "prompt.chat.tool_use, tools",
        "prompt.chat.tool_use.tool, tool_choice",
        "prompt.chat.continue_final_message, continue_final_message"
    })
    void namesTheFieldAsTheClientKnowsIt(String path, String param) throws Exception {
        RequestException thrown = RequestException.invalidField(path, "is 7, must be less");
        try (RunningGateway server = new RunningGateway(FakeInference.failing(thrown))) {
            JsonNode error =
                    server.read(server.post(CHAT, "{%s}".formatted(MESSAGES))).get("error");
            assertThat(error.get("param").asText()).isEqualTo(param);
            assertThat(error.get("message").asText()).isEqualTo(param + " is 7, must be less");
        }
    }

    /** Places on the wire are not those of the request. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/completions | 'stop': 'a' | sampling.stop[0] | stop",
                "/v1/completions | 'stop': ['a', ''] | sampling.stop[1] | stop[1]",
                "/v1/messages | 'stop_sequences': ['a', ''] | sampling.stop[1] | stop_sequences[1]",
                "/v1/messages | 'stop': 'a', 'stop_sequences': ['b', ''] | sampling.stop[2] | stop_sequences[1]",
                "/v1/completions | 'logit_bias': {'5': 1, '6': null, '7': 101} | sampling.logit_bias[1].bias | logit_bias.7",
                "/v1/completions | 'logit_bias': {'99999': 1} | sampling.logit_bias[0].token_id | logit_bias.99999",
                "/v1/completions | 'response_format': {'type': 'json_object'} | sampling.response_format | response_format",
                "/v1/completions | 'structured_outputs': {'choice': []} | sampling.response_format.choices"
                        + " | structured_outputs.choice",
                "/v1/responses | 'text': {'format': {'type': 'json_schema', 'schema': 5}}"
                        + " | sampling.response_format.json_schema | text.format.schema",
                "/v1/messages | 'output_format': {'type': 'json_schema', 'schema': 5} | sampling.response_format | output_format",
                "/v1/completions | 'n': 1 | prompt.token_ids.ids[2] | prompt[2]",
                "/v1/messages | 'system': 'a' | prompt.chat.messages[0] | system",
                "/v1/messages | 'system': 'a' | prompt.chat.messages[1].role | messages[0].role",
                "/v1/responses | 'instructions': 'a' | prompt.chat.messages[1] | input",
            })
    void namesTheFieldAsThisRequestWroteIt(String to, String field, String path, String param) throws Exception {
        RequestException thrown = RequestException.invalidField(path, "is wrong");
        try (RunningGateway server = new RunningGateway(FakeInference.failing(thrown))) {
            String body = "{'prompt': [1, 2, 3], 'input': 'a', 'max_tokens': 9, %s, %s}".formatted(field, MESSAGES);
            if (to.equals("/v1/responses")) {
                body = body.replace("'prompt': [1, 2, 3], ", "");
            }
            JsonNode error =
                    server.read(server.post(to, body.replace('\'', '"'))).get("error");
            assertThat(error.get("param").asText()).as(error.toString()).isEqualTo(param);
            assertThat(error.get("message").asText()).isEqualTo(param + " is wrong");
        }
    }

    @Test
    void namesThePromptAmongSeveral() throws Exception {
        FakeInference service = FakeInference.byRequest((request, call) -> {
            if (request.getPrompt().getTokenIds().getIdsList().contains(9)) {
                call.onError(Failures.encode(RequestException.invalidField("prompt.token_ids.ids[1]", "is 9")));
            }
        });
        try (RunningGateway server = new RunningGateway(service)) {
            HttpResponse<String> response = server.post("/v1/completions", "{\"prompt\": [[1, 2], [3, 9]], \"n\": 2}");
            assertThat(server.read(response).at("/error/param").asText()).isEqualTo("prompt[1][1]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, messages, messages[0].content",
        "/v1/messages, messages, messages[0].content",
        "/v1/responses, input, input[0].content"
    })
    void namesAllTypesThatTheContentOfAMessageMayHave(String path, String field, String param) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            JsonNode error = server.read(server.post(
                            path,
                            "{\"max_tokens\": 9, \"%s\": [{\"role\": \"user\", \"content\": 5}]}".formatted(field)))
                    .get("error");
            assertThat(error.get("message").asText())
                    .startsWith(param + " must be a string or an array of ")
                    .endsWith(", not a whole number");
        }
    }

    @Test
    void everyAnswerNamesItsRequest() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            for (String path : new String[] {"/", "/health", "/v1/models", "/v1/nothing", CHAT}) {
                assertThat(server.get(path).headers().firstValue("X-Request-Id"))
                        .isPresent();
            }
            HttpRequest named =
                    server.request(CHAT, "[]").header("X-Request-Id", "mine-7").build();
            assertThat(server.client
                            .send(named, HttpResponse.BodyHandlers.ofString())
                            .headers()
                            .firstValue("X-Request-Id"))
                    .hasValue("mine-7");
            HttpRequest tooLong = server.request(CHAT, "{%s}".formatted(MESSAGES))
                    .header("X-Request-Id", "x".repeat(200))
                    .build();
            assertThat(server.client
                            .send(tooLong, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("X-Request-Id must have 1 to 128");
        }
    }

    /** The gateway's own limit has the code that the router's has. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void aRequestBeyondTheTimeItMayTakeMissesItsDeadline(String to) throws Exception {
        FakeInference silent = FakeInference.with(call -> {});
        try (RunningGateway server = new RunningGateway(silent, "--http.request-timeout=50ms", "--http.drain=100ms")) {
            HttpResponse<String> response =
                    server.post(to, "{\"max_tokens\": 9, \"input\": \"hello\", %s}".formatted(MESSAGES));
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(server.read(response).at("/error/code").asText()).isEqualTo("deadline");
        }
    }

    @Test
    void endsABrokenStreamWithAnErrorAndWithoutDone() throws Exception {
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onError(Failures.encode(RequestException.of(FailureCode.TARGET_LOST, "the target went away")));
        });
        try (RunningGateway server = new RunningGateway(service)) {
            String body = server.post(CHAT, "{\"stream\": true, %s}".formatted(MESSAGES))
                    .body();
            assertThat(body).contains("\"content\":\"The\"").contains("\"code\":\"target_lost\"");
            assertThat(body).doesNotContain("[DONE]");
        }
    }
}
