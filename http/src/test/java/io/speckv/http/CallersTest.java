package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.connection.Callers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names and which web pages the server answers to: {@link Callers}. */
final class CallersTest {
    private static String answer(RunningGateway server, String method, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
            socket.getOutputStream()
                    .write((method + " /health HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:9", "[::1]:8080", "speckv.test:80", "SpecKV.Test"})
    void answersToItsOwnNames(String host) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.host-names=[Speckv.test]")) {
            assertThat(answer(server, "GET", "Host: " + host)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1"})
    void refusesOtherNamesWithoutTokens(String host) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(answer(server, "GET", "Host: " + host))
                    .startsWith("HTTP/1.1 403")
                    .contains("host_not_allowed")
                    .containsIgnoringCase("x-request-id: ");
        }
    }

    @Test
    void aTokenMakesNamesUnimportant(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "a-token-of-length-twenty\n");
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--server.tokens-file=" + tokens)) {
            assertThat(answer(server, "GET", "Host: evil.example")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void letsListedPagesReadAndNoOthers() throws Exception {
        try (RunningGateway server =
                new RunningGateway(FakeInference.answering(), "--http.cors-origins=[\"https://app.example.com\"]")) {
            String listed = answer(server, "GET", "Host: localhost", "Origin: https://app.example.com");
            assertThat(listed)
                    .containsIgnoringCase("access-control-allow-origin: https://app.example.com")
                    .containsIgnoringCase("vary: Origin");
            assertThat(answer(server, "GET", "Host: localhost", "Origin: https://evil.example"))
                    .doesNotContainIgnoringCase("access-control");
            String preflight = answer(
                    server,
                    "OPTIONS",
                    "Host: localhost",
                    "Origin: https://app.example.com",
                    "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: content-type, x-stainless-os");
            assertThat(preflight)
                    .startsWith("HTTP/1.1 204")
                    .containsIgnoringCase("access-control-allow-methods: GET, POST")
                    .containsIgnoringCase("access-control-allow-headers: content-type, x-stainless-os");
        }
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            assertThat(answer(server, "GET", "Host: localhost", "Origin: https://app.example.com"))
                    .doesNotContainIgnoringCase("access-control");
        }
    }
}
