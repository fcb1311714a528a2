package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.connection.Exchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is answered before a body is read, and to what is no HTTP at all: when an {@link Exchange} lets a client send, and when it
 * closes the connection.
 */
final class RawHttpTest {
    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";
    private static final String JSON = "Host: localhost\r\nContent-Type: application/json\r\n";
    private static final String POST = "POST /v1/chat/completions HTTP/1.1\r\n" + JSON;

    /** Sends {@code request}; returns all that comes until the server closes the connection. */
    private static String answer(RunningGateway server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode body(RunningGateway server, String answer) throws IOException {
        return server.json.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, '', needs an",
        "/v1/chat/completions, Authorization: Bearer nobody-knows-this-token, is not accepted",
        "/v1/responses, '', needs an",
        "/v1/messages, x-api-key: nobody-knows-this-token, is not accepted",
        "/v1/messages/count_tokens, '', needs an",
        "/v1/speckv/explain, '', needs an"
    })
    void aTokenIsCheckedBeforeTheBodyIsRead(String path, String header, String reason, @TempDir Path folder)
            throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "a-token-of-length-twenty\n");
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--server.tokens-file=" + tokens)) {
            String answer = answer(
                    server,
                    "POST " + path + " HTTP/1.1\r\n" + JSON + (header.isEmpty() ? "" : header + "\r\n")
                            + "Content-Length: 15000000\r\n\r\n{");
            assertThat(answer).startsWith("HTTP/1.1 401").containsIgnoringCase("www-authenticate: Bearer");
            assertThat(body(server, answer).at("/error/code").asText()).isEqualTo("invalid_api_key");
            assertThat(body(server, answer).at("/error/message").asText()).contains(reason);
        }
    }

    @Test
    void aTokenThatIsKnownLetsIn(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "a-token-of-length-twenty\n");
        FakeInference service = FakeInference.answering();
        try (RunningGateway server = new RunningGateway(service, "--server.tokens-file=" + tokens)) {
            String answer = answer(
                    server,
                    POST + "Connection: close\r\nAuthorization: Bearer a-token-of-length-twenty\r\nContent-Length: "
                            + HELLO.length() + "\r\n\r\n" + HELLO);
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whoAsksWhetherToSendIsToldOnlyWhereTheBodyWouldBeRead() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.max-body=1KiB")) {
            assertThat(answer(server, POST + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n"))
                    .startsWith("HTTP/1.1 413")
                    .contains("request_too_large");
            assertThat(answer(
                            server,
                            "POST /v1/nothing HTTP/1.1\r\n" + JSON
                                    + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"))
                    .startsWith("HTTP/1.1 404")
                    .containsIgnoringCase("connection: close");
            assertThat(answer(
                            server,
                            POST + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: " + HELLO.length()
                                    + "\r\n\r\n" + HELLO))
                    .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid_http      | GET /health HTTP/1.1~Host: localhost~a b: c~~",
                "400 | invalid_http      | GET /health HTTP/1.1~Connection: close~~",
                "400 | invalid_http      | GET /health HTTP/1.1~Host: localhost~Host: localhost~Connection: close~~",
                "400 | invalid_http      | nonsense~~",
                "414 | url_too_long      | GET /%s HTTP/1.1~Host: localhost~~",
                "431 | headers_too_large | GET /health HTTP/1.1~Host: localhost~X-Long: %s~~",
                "400 | invalid_http      | POST /v1/completions HTTP/1.1~Host: localhost~Content-Type: application/json"
                        + "~Content-Length: 3~Content-Length: 4~~{}",
                "400 | invalid_http      | POST /v1/completions HTTP/1.1~Host: localhost~Content-Type: application/json"
                        + "~Content-Length: -3~~{}",
                "400 | invalid_http      | POST /v1/completions HTTP/1.1~Host: localhost~Content-Type: application/json"
                        + "~Transfer-Encoding: chunked~Content-Length: 4~~0~~",
                "400 | invalid_http      | POST /v1/completions HTTP/1.1~Host: localhost~Content-Type: application/json"
                        + "~Transfer-Encoding: chunked~~zz~{}~0~~",
            })
    void whatIsNoHttpIsAnErrorLikeAllOthers(int status, String code, String request) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            String answer = answer(server, request.replace("~", "\r\n").replace("%s", "x".repeat(20_000)));
            assertThat(answer).contains(" " + status + " ").containsIgnoringCase("x-request-id: ");
            JsonNode error = body(server, answer).get("error");
            assertThat(error.get("code").asText()).isEqualTo(code);
            assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        }
    }
}
