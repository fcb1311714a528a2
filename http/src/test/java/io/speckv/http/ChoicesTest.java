package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Several choices of one answer, as whole objects and as chunks of a {@code ChunkWriter}. */
final class ChoicesTest {
    private static final String HELLO = "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

    /** Says which draws it was asked for. */
    private static FakeInference seeded() {
        return FakeInference.scripted(
                AnswerMarks.getDefaultInstance(),
                request -> request.getPrompt().getText() + "seed "
                        + request.getSampling().getSeed());
    }

    @Test
    void eachChoiceIsAGenerationWithDrawsOfItsOwn() throws Exception {
        FakeInference service = seeded();
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode answer =
                    server.read(server.post("/v1/chat/completions", "{\"n\": 3, \"seed\": 7, %s}".formatted(HELLO)));
            assertThat(answer.get("choices")).hasSize(3);
            for (int i = 0; i < 3; i++) {
                JsonNode choice = answer.at("/choices/" + i);
                assertThat(choice.get("index").asInt()).isEqualTo(i);
                assertThat(choice.at("/message/content").asText()).isEqualTo("seed " + (7 + i));
            }
            assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(1000);
            assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(15);
            Set<String> ids = new HashSet<>();
            for (GenerateRequest request : service.requests) {
                ids.add(request.getRequestId());
            }
            assertThat(ids).hasSize(3);
        }
    }

    @Test
    void eachOfSeveralChoicesSaysWhatBecameOfItsPrompt() throws Exception {
        FakeInference service = FakeInference.byRequest((request, call) -> {
            long seed = request.getSampling().getSeed();
            call.onNext(FakeMessages.started());
            GenerateResponse.Builder end = FakeMessages.finished().toBuilder();
            end.getFinishedBuilder().getCompressionBuilder().setAppliedMethod(seed == 7 ? "specpc" : "full");
            call.onNext(end.build());
            call.onCompleted();
        });
        try (RunningGateway server = new RunningGateway(service)) {
            String asked = "{\"n\": %d, \"seed\": 7, " + HELLO + "}";
            JsonNode two = server.read(server.post("/v1/chat/completions", asked.formatted(2)));
            assertThat(two.at("/choices/0/speckv/method").asText()).isEqualTo("specpc");
            assertThat(two.at("/choices/1/speckv/method").asText()).isEqualTo("full");
            assertThat(two.get("speckv")).isEqualTo(two.at("/choices/0/speckv"));
            JsonNode one = server.read(server.post("/v1/chat/completions", asked.formatted(1)));
            assertThat(one.at("/speckv/method").asText()).isEqualTo("specpc");
            assertThat(one.at("/choices/0").has("speckv")).isFalse();
        }
    }

    @Test
    void severalPromptsAreAnsweredInTheirOrder() throws Exception {
        try (RunningGateway server = new RunningGateway(seeded())) {
            JsonNode answer = server.read(
                    server.post("/v1/completions", "{\"prompt\": [\"a \", \"b \"], \"n\": 2, \"seed\": 1}"));
            assertThat(List.of(0, 1, 2, 3).stream()
                            .map(i -> answer.at("/choices/" + i + "/text").asText())
                            .toList())
                    .containsExactly("a seed 1", "a seed 2", "b seed 1", "b seed 2");
            assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(2000);
        }
    }

    @Test
    void streamsTellWhichChoiceGoesOn() throws Exception {
        try (RunningGateway server = new RunningGateway(seeded())) {
            String body = server.post(
                            "/v1/completions",
                            "{\"prompt\": [\"a \", \"b \"], \"seed\": 1, \"stream\": true,"
                                    + " \"stream_options\": {\"include_usage\": true}}")
                    .body();
            Map<Integer, String> texts = new TreeMap<>();
            int usages = 0;
            for (JsonNode event : StreamedEvents.of(body)) {
                for (JsonNode choice : event.get("choices")) {
                    texts.merge(choice.get("index").asInt(), choice.get("text").asText(), String::concat);
                }
                usages += event.hasNonNull("usage") ? 1 : 0;
            }
            assertThat(texts).containsExactly(Map.entry(0, "a seed 1"), Map.entry(1, "b seed 1"));
            assertThat(usages).isEqualTo(1);
            assertThat(body).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void oneThatFailsFailsThemAll() throws Exception {
        RequestException full = RequestException.of(FailureCode.QUEUE_FULL, "no room");
        try (RunningGateway server = new RunningGateway(FakeInference.failing(full))) {
            HttpResponse<String> answer = server.post("/v1/chat/completions", "{\"n\": 2, %s}".formatted(HELLO));
            assertThat(answer.statusCode()).isEqualTo(429);
        }
    }

    @Test
    void moreChoicesThanOneRequestMayHaveAreRefused() throws Exception {
        try (RunningGateway server = new RunningGateway(seeded())) {
            assertThat(server.post("/v1/completions", "{\"prompt\": [\"a\", \"b\", \"c\"], \"n\": 11}")
                            .body())
                    .contains("prompt has 3 prompts with 11 choices each, must have at most 32 choices in all");
        }
    }

    /** What the connection cannot take holds up every choice, and lets every one go on. */
    @Test
    void choicesThatFillTheConnectionAllComeToTheirEnd() throws Exception {
        String piece = "x".repeat(64 * 1024);
        int pieces = 100;
        FakeInference service = FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            for (int i = 0; i < pieces; i++) {
                call.onNext(FakeMessages.delta(0, piece));
            }
            call.onNext(FakeMessages.finished());
            call.onCompleted();
        });
        try (RunningGateway server = new RunningGateway(service)) {
            long[] characters = {0};
            int[] ends = {0};
            server.client
                    .send(
                            server.request("/v1/completions", "{\"prompt\": \"a\", \"n\": 4, \"stream\": true}")
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .forEach(line -> {
                        characters[0] += line.chars().filter(c -> c == 'x').count();
                        ends[0] += line.contains("\"finish_reason\":\"stop\"") ? 1 : 0;
                    });
            assertThat(ends[0]).isEqualTo(4);
            assertThat(characters[0]).isGreaterThanOrEqualTo(4L * pieces * piece.length());
        }
    }
}
