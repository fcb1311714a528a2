package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Routes} finds for a path, and what it says of one that is wrong. */
final class RoutesTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions/", "/v1//chat/completions", "//v1/chat//completions//"})
    void slashesThatClientsAddDoNotMatter(String path) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(server.post(path, "{%s}".formatted(MESSAGES)).statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/health/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPathThatNobodyAnswersIsNamed() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            for (String path : new String[] {"/v1/nothing", "/v1", "/v1/chat", CHAT + "/more", "/page.html"}) {
                HttpResponse<String> response = server.get(path);
                assertThat(response.statusCode()).isEqualTo(404);
                assertThat(server.read(response).at("/error/code").asText()).isEqualTo("unknown_url");
                assertThat(response.body()).contains("there is nothing at GET " + path);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        CHAT + ", POST",
        "/v1/messages/count_tokens, POST",
        "/v1/speckv/explain, POST",
        "/health, GET",
        "/v1/models, GET",
        "/v1/models/a, GET",
        "/page.js, GET"
    })
    void anotherMethodIsToldTheOneToUse(String path, String method) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response =
                    method.equals("GET") ? server.post(path, "{%s}".formatted(MESSAGES)) : server.get(path);
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).hasValue(method);
            assertThat(response.body()).contains("use " + method + " here");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/messages, 405, invalid_request_error",
        "GET, /v1//messages/count_tokens/, 405, invalid_request_error",
        "POST, /v1/messages/batches, 404, not_found_error",
        "GET, /v1/messages/batches/b1/results, 404, not_found_error",
        "POST, /v1/messages, 400, invalid_request_error"
    })
    void belowMessagesAllErrorsAreAnthropics(String method, String path, int status, String type) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = method.equals("GET") ? server.get(path) : server.post(path, "{}");
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(server.read(response).get("type").asText()).isEqualTo("error");
            assertThat(server.read(response).at("/error/type").asText()).isEqualTo(type);
            assertThat(server.read(response).get("request_id").asText())
                    .isEqualTo(response.headers().firstValue("request-id").orElseThrow())
                    .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
            assertThat(server.get("/v1/messages-of-others").body()).startsWith("{\"error\":");
        }
    }

    @Test
    void aModelsNameMustBePercentEncoded() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
            String request = "GET /v1/models/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("invalid_url");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+b", "a%2Bb", "a%20b", "org/a", "org%2Fa", "%C3%A9"})
    void aModelsNameIsDecodedAsAPathIs(String encoded) throws Exception {
        String name = URI.create("/" + encoded).getPath().substring(1);
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(server.get("/v1/models/" + encoded).body()).contains("the model '" + name + "' is not served");
        }
    }

    @Test
    void embeddingsAreServedNowhere() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpResponse<String> response = server.post("/v1/embeddings", "{\"input\": \"a\"}");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("embeddings are not served here");
        }
    }
}
