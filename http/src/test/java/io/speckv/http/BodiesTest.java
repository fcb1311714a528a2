package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What of a request's body is read, and what is refused before anybody looks for fields. */
final class BodiesTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

    @Test
    void refusesWhatIsNotJsonOrTooLarge() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.max-body=1KiB")) {
            assertThat(server.post(CHAT, "{\"messages\": ").body()).contains("not valid JSON at line 1");
            assertThat(server.post(CHAT, "[]").body()).contains("must be a JSON object");
            HttpResponse<String> large = server.post(CHAT, " ".repeat(5000));
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(large.body()).contains("larger than 1024 bytes");
            HttpRequest form = HttpRequest.newBuilder(URI.create(server.url(CHAT)))
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            assertThat(server.client
                            .send(form, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(415);
        }
    }

    @Test
    void tooDeepAndHalfCharactersAreErrorsInWords() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            String deep = "[".repeat(5000) + "]".repeat(5000);
            assertThat(server.post(CHAT, "{\"x\": %s, %s}".formatted(deep, MESSAGES))
                            .body())
                    .contains("nests objects and arrays deeper than 64 levels")
                    .doesNotContain("com.fasterxml", "StreamRead");
            String free = "{\"a\":".repeat(40) + "1" + "}".repeat(40);
            assertThat(server.post(CHAT, "{\"chat_template_kwargs\": %s, %s}".formatted(free, MESSAGES))
                            .body())
                    .contains("free form that nests deeper than 24 levels");
            HttpResponse<String> half =
                    server.post(CHAT, "{\"messages\": [{\"role\": \"user\", \"content\": \"a\\ud800b\"}]}");
            assertThat(half.statusCode()).isEqualTo(400);
            assertThat(half.body()).contains("messages[0].content has half of a surrogate pair at character 1");
        }
    }

    @Test
    void aPackedBodyIsRefusedAsSuch() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            HttpRequest packed = server.request(CHAT, "{%s}".formatted(MESSAGES))
                    .header("Content-Encoding", "gzip")
                    .build();
            HttpResponse<String> response = server.client.send(packed, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(response.body()).contains("Content-Encoding is not supported");
        }
    }

    @Test
    void refusesABodyThatIsAnnouncedTooLargeOrDoesNotArrive() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.body-timeout=200ms")) {
            assertThat(unfinished(server, 99_999_999_999L))
                    .startsWith("HTTP/1.1 413")
                    .contains("request_too_large");
            assertThat(unfinished(server, 10)).startsWith("HTTP/1.1 408").contains("body_timeout");
        }
    }

    /** Returns all that the server says to a body of which only the first byte comes, until it closes the connection. */
    private static String unfinished(RunningGateway server, long length) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port())) {
            String request = "POST " + CHAT
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + length
                    + "\r\n\r\n{";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
