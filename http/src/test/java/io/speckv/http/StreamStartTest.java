package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.http.connection.Exchange;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerateResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A stream begins before its first token: proxies give up connections that stay silent, and long prompts take long. From then on
 * an error of an {@link Exchange} is an event and no status.
 */
final class StreamStartTest {
    private static final String STREAM =
            "{\"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

    private final BlockingQueue<ServerCallStreamObserver<GenerateResponse>> calls = new LinkedBlockingQueue<>();

    private RunningGateway silent() throws Exception {
        return new RunningGateway(
                FakeInference.with(calls::add), "--http.stream-begins=50ms", "--http.keep-alive=100ms");
    }

    private static BufferedReader open(RunningGateway server) throws Exception {
        return open(server, "/v1/chat/completions", STREAM);
    }

    private static BufferedReader open(RunningGateway server, String path, String body) throws Exception {
        HttpResponse<java.io.InputStream> response =
                server.client.send(server.request(path, body).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    @Test
    void headersAndCommentsComeBeforeTheFirstToken() throws Exception {
        try (RunningGateway server = silent();
                BufferedReader lines = open(server)) {
            for (int i = 0; i < 3; i++) {
                assertThat(lines.readLine()).isEqualTo(": keep-alive");
                assertThat(lines.readLine()).isEmpty();
            }
            var call = calls.poll(20, TimeUnit.SECONDS);
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onNext(FakeMessages.finished());
            call.onCompleted();
            String rest = lines.lines()
                    .filter(line -> line.startsWith("data: "))
                    .reduce("", (all, line) -> all + line + "\n");
            assertThat(rest).contains("\"content\":\"The\"").endsWith("data: [DONE]\n");
        }
    }

    @Test
    void anErrorAfterThatIsTheLastEvent() throws Exception {
        try (RunningGateway server = silent();
                BufferedReader lines = open(server)) {
            calls.poll(20, TimeUnit.SECONDS)
                    .onError(Failures.encode(RequestException.of(FailureCode.NO_TARGET, "no target")));
            String last = lines.lines().filter(line -> !line.isEmpty()).reduce("", (before, line) -> line);
            assertThat(last).startsWith("data: {\"error\":").contains("\"code\":\"no_target\"");
        }
    }

    @Test
    void ofAResponseItIsTheFirstWhereNoneCameBefore() throws Exception {
        try (RunningGateway server = silent();
                BufferedReader lines = open(server, "/v1/responses", "{\"stream\": true, \"input\": \"hello\"}")) {
            calls.poll(20, TimeUnit.SECONDS)
                    .onError(Failures.encode(RequestException.of(FailureCode.NO_TARGET, "no target")));
            String last = lines.lines().filter(line -> !line.isEmpty()).reduce("", (before, line) -> line);
            assertThat(last).startsWith("data: {\"type\":\"error\",").contains("\"sequence_number\":0");
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions", "/v1/completions", "/v1/messages", "/v1/responses"})
    void anAnswerThatComesAtOnceHasNoComments(String path) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering(), "--http.stream-begins=1h")) {
            HttpResponse<String> response = server.post(
                    path,
                    "{\"stream\": true, \"max_tokens\": 9, %s}"
                            .formatted(
                                    switch (path) {
                                        case "/v1/completions" -> "\"prompt\": \"hello\"";
                                        case "/v1/responses" -> "\"input\": \"hello\"";
                                        default -> "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";
                                    }));
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
            assertThat(response.body()).contains("data: ").doesNotContain("keep-alive");
        }
    }

    @Test
    void theFirstChunkTellsTheRoleAlone() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            String body = server.post("/v1/chat/completions", STREAM).body();
            String first = body.lines()
                    .filter(line -> line.startsWith("data: "))
                    .findFirst()
                    .orElseThrow();
            JsonNode delta = server.json.readTree(first.substring(6)).at("/choices/0/delta");
            assertThat(delta.get("role").asText()).isEqualTo("assistant");
            assertThat(delta.get("content").asText()).isEmpty();
            assertThat(body.split("\"role\"", -1)).hasSize(2);
        }
    }
}
