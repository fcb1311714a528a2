package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What clients send holds nothing that others need: bodies on their way take no place, health and the page none ever. */
final class LimitsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

    /** Sends the head of a request and the first byte of its body. */
    private static Socket halfSent(RunningGateway server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 1000\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String statusLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next > '\r';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    @Test
    void healthAndThePageAnswerWhenEveryPlaceIsTaken() throws Exception {
        FakeInference service = FakeInference.with(call -> {});
        try (RunningGateway server = new RunningGateway(service, "--http.max-requests=1", "--http.drain=100ms")) {
            CompletableFuture<HttpResponse<String>> running =
                    server.client.sendAsync(server.request(CHAT, HELLO).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(service.requests.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(server.post(CHAT, HELLO).statusCode()).isEqualTo(429);
            assertThat(server.get("/v1/models").statusCode()).isEqualTo(429);
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            assertThat(server.get("/").statusCode()).isEqualTo(200);
            assertThat(server.get("/page.js").statusCode()).isEqualTo(200);
            assertThat(running).isNotDone();
        }
    }

    @Test
    void bodiesOnTheirWayTakeNoPlace() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (RunningGateway server = new RunningGateway(
                FakeInference.answering(), "--http.max-requests=2", "--http.arriving.per-client=300")) {
            for (int i = 0; i < 260; i++) {
                slow.add(halfSent(server));
            }
            assertThat(server.post(CHAT, HELLO).statusCode()).isEqualTo(200);
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void oneAddressMayHaveSoManyOnTheirWay() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.arriving.per-client=2")) {
            try (Socket first = halfSent(server);
                    Socket second = halfSent(server);
                    Socket third = halfSent(server)) {
                assertThat(statusLine(third)).isEqualTo("HTTP/1.1 429 Too Many Requests");
                assertThat(first.getInputStream().available()).isZero();
                assertThat(second.getInputStream().available()).isZero();
            }
            // Both places are free again once the server has seen the ends.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (server.post(CHAT, HELLO).statusCode() != 200) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
    }

    @Test
    void theBodyThatIsLongestOnItsWayMakesRoom() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.arriving.bodies=2");
                Socket first = halfSent(server);
                Socket second = halfSent(server);
                Socket third = halfSent(server)) {
            assertThat(statusLine(first)).isEqualTo("HTTP/1.1 408 Request Timeout");
            assertThat(second.getInputStream().available()).isZero();
            assertThat(third.getInputStream().available()).isZero();
        }
    }

    @Test
    void aBodyThatFallsSilentIsRefusedLongBeforeItsTimeIsOver() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.arriving.idle=100ms");
                Socket silent = halfSent(server)) {
            assertThat(statusLine(silent)).isEqualTo("HTTP/1.1 408 Request Timeout");
        }
    }
}
