package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineClientTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final JsonNode BODY = EngineReply.json("{\"prompt\":[1,2],\"text\":\"größer 日本 🎈\"}");

    private static String response(int status, String body, String... headers) {
        return "HTTP/1.1 " + status + " said\r\n" + String.join("", headers) + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private static ThrowableAssertAlternative<?> failure(CompletableFuture<EngineReply> asked) {
        return assertThat(asked)
                .failsWithin(AMPLE)
                .withThrowableOfType(ExecutionException.class)
                .havingCause();
    }

    @Test
    void aRequestIsPlainHttpOfTheFirstVersion() throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(response(200, "{}"))) {
            engine.client().post("/v1/completions", BODY, AMPLE).get();
            engine.client().get("/v1/models", AMPLE).get();

            assertThat(engine.asked.take())
                    .startsWith("POST /v1/completions HTTP/1.1\n")
                    .contains("Content-Type: application/json\n")
                    .doesNotContain("Upgrade:")
                    .doesNotContain("Authorization:")
                    .endsWith("\n\n" + BODY);
            assertThat(engine.asked.take()).startsWith("GET /v1/models HTTP/1.1\n");
        }
    }

    @Test
    void anAnswerIsItsStatusAndItsText() throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(response(418, "größer 日本 🎈"))) {
            EngineReply reply = engine.client().get("/", AMPLE).get();

            assertThat(reply.status()).isEqualTo(418);
            assertThat(reply.isOk()).isFalse();
            assertThat(reply.body()).isEqualTo("größer 日本 🎈");
            assertThat(reply.json().isMissingNode()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7, PT7S",
        "0, PT0S",
        "99999, PT27H46M39S",
        "100000,",
        "1.5,",
        "-1,",
        "soon,",
        "'Wed, 21 Oct 2026 07:28:00 GMT',"
    })
    void aTimeToTryAgainIsOneInSeconds(String header, Duration after) throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(response(503, "", "Retry-After: " + header + "\r\n"))) {
            assertThat(engine.client().get("/", AMPLE).get().retryAfter().orElse(null))
                    .isEqualTo(after);
        }
    }

    @Test
    void aKeyIsReadAtEveryRequest(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key");
        try (LoopbackEngine engine = LoopbackEngine.answering(response(200, "{}"))) {
            EngineClient client = engine.client(key);
            for (String one : new String[] {"first", "rotated"}) {
                Files.writeString(key, one + "\n");
                client.get("/health", AMPLE).get();
                assertThat(engine.asked.take()).contains("Authorization: Bearer " + one + "\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two keys", "two\nkeys", "schlüssel", "key\u007f"})
    void aKeyThatNoHeaderTakesIsNotSent(String text, @TempDir Path folder) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), text);
        try (LoopbackEngine engine = LoopbackEngine.answering(response(200, "{}"))) {
            failure(engine.client(key).get("/health", AMPLE))
                    .isInstanceOf(IOException.class)
                    .withMessage("key-file " + key + " must hold one key of printable ASCII characters");
            assertThat(engine.asked).isEmpty();
        }
    }

    @Test
    void aKeyFileThatIsGoneFailsTheRequest(@TempDir Path folder) throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(response(200, "{}"))) {
            failure(engine.client(folder.resolve("key")).post("/", BODY, AMPLE))
                    .isInstanceOf(IOException.class)
                    .withMessageContaining("key");
        }
    }

    @ParameterizedTest
    @CsvSource({"9, true", "10, true", "11, false"})
    void anAnswerHasItsLongest(int bytes, boolean fits) throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(response(200, "x".repeat(bytes)))) {
            CompletableFuture<EngineReply> asked = engine.client().post("/long", BODY, AMPLE, 10);

            if (fits) {
                assertThat(asked.get().body()).hasSize(bytes);
            } else {
                failure(asked)
                        .isInstanceOf(IOException.class)
                        .withMessage("the answer to /long is longer than 10 bytes");
            }
        }
    }

    @Test
    void anEndlessAnswerIsLeftAlone() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try {
                while (true) {
                    line.chunk("x".repeat(1 << 16));
                }
            } catch (IOException e) {
                left.countDown();
            }
        })) {
            failure(engine.client().get("/endless", AMPLE)).withMessageContaining("longer than");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatDoesNotComeInTimeFails() throws Exception {
        try (LoopbackEngine silent = new LoopbackEngine(LoopbackEngine.Line::awaitClosed)) {
            failure(silent.client().get("/health", SHORT)).isInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void aBodyThatStopsHalfWayFailsInTimeToo() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            line.awaitClosed();
            closed.countDown();
        })) {
            failure(engine.client().get("/health", Duration.ofSeconds(1))).isInstanceOf(HttpTimeoutException.class);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "SSH-2.0-OpenSSH_9.2\r\n"})
    void aConnectionThatBreaksOffFails(String sent) throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(sent)) {
            failure(engine.client().get("/health", AMPLE)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whereNobodyListensARequestFails() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        EngineClient client = new EngineClient(
                new EngineConnection(URI.create("http://localhost:" + port), null, null, Duration.ofSeconds(5)));

        failure(client.get("/health", AMPLE)).isInstanceOf(IOException.class);
    }

    @Test
    void whoCancelsClosesTheConnection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.awaitClosed();
            closed.countDown();
        })) {
            CompletableFuture<EngineReply> asked = engine.client().post("/v1/completions", BODY, AMPLE);
            engine.asked.take();

            asked.cancel(true);

            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void certificatesToTrustMustBeCertificates(@TempDir Path folder) throws IOException {
        Path wrong = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        for (Path authorities : new Path[] {wrong, folder.resolve("missing.pem")}) {
            EngineConnection connection =
                    new EngineConnection(URI.create("https://localhost"), null, authorities, AMPLE);

            assertThatThrownBy(() -> new EngineClient(connection))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("cannot use trusted-certificates " + authorities + ": ");
        }
    }
}
