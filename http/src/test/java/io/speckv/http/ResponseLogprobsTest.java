package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log probabilities of a response's messages, in the shapes of OpenAI's reference. */
final class ResponseLogprobsTest {
    private static final String PATH = "/v1/responses";
    private static final AnswerMarks MARKS = AnswerMarks.newBuilder()
            .setToolCallFormat("hermes")
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();
    private static final String CALL = "{\"name\": \"look\", \"arguments\": {}}";
    private static final List<String> ANSWER = List.of(
            "<think>", "so", "</think>", "I", " lo", "ok", ".", "<tool_call>", CALL, "</tool_call>", "lo", "ok", "!");
    private static final String REQUEST = "{\"input\": \"hi\", \"include\": [\"message.output_text.logprobs\"],"
            + " \"top_logprobs\": 1, \"tools\": [{\"type\": \"function\", \"name\": \"look\"}]%s}";

    private static FakeInference saying(List<String> tokens) {
        return FakeInference.with(call -> {
            call.onNext(GenerateResponse.newBuilder()
                    .setStarted(FakeMessages.started().getStarted().toBuilder().setAnswerMarks(MARKS))
                    .build());
            for (int i = 0; i < tokens.size(); i++) {
                ByteString bytes = ByteString.copyFromUtf8(tokens.get(i));
                call.onNext(GenerateResponse.newBuilder()
                        .setDelta(TokenDelta.newBuilder()
                                .setFirstIndex(i)
                                .addTokenIds(i)
                                .setText(tokens.get(i))
                                .addLogprobs(TokenLogprobs.newBuilder()
                                        .setText(tokens.get(i))
                                        .setTokenBytes(bytes)
                                        .setLogprob(-0.5f)
                                        .setTextOffset(String.join("", tokens.subList(0, i))
                                                .length())
                                        .addAlternatives(AlternativeToken.newBuilder()
                                                .setText("A")
                                                .setTokenBytes(ByteString.copyFromUtf8("A"))
                                                .setLogprob(-0.25f))))
                        .build());
            }
            call.onNext(FakeMessages.finished());
            call.onCompleted();
        });
    }

    private static List<String> tokens(JsonNode logprobs) {
        return StreamSupport.stream(logprobs.spliterator(), false)
                .map(entry -> entry.get("token").asText())
                .toList();
    }

    @Test
    void aWholeAnswerTellsThoseOfItsMessagesAlone() throws Exception {
        FakeInference service = saying(ANSWER);
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode response = server.read(server.post(PATH, REQUEST.formatted("")));

            assertThat(response.at("/output/1/content/0/text").asText()).isEqualTo("I look.");
            assertThat(tokens(response.at("/output/1/content/0/logprobs"))).containsExactly("I", " lo", "ok", ".");
            assertThat(response.at("/output/3/content/0/text").asText()).isEqualTo("look!");
            assertThat(tokens(response.at("/output/3/content/0/logprobs"))).containsExactly("lo", "ok", "!");
            assertThat(response.at("/output/1/content/0/logprobs/0"))
                    .isEqualTo(new ObjectMapper()
                            .readTree("{\"token\": \"I\", \"logprob\": -0.5, \"bytes\": [73],"
                                    + " \"top_logprobs\": [{\"token\": \"A\", \"logprob\": -0.25, \"bytes\": [65]}]}"));
            assertThat(response.at("/output/0").findValues("logprobs"))
                    .as("reasoning")
                    .isEmpty();
            assertThat(response.get("top_logprobs").asInt()).isEqualTo(1);
            assertThat(service.requests.take().getSampling().getTopLogprobs()).isEqualTo(1);
        }
    }

    @Test
    void aStreamTellsThemWithTheTextThatTheyWrote() throws Exception {
        try (RunningGateway server = new RunningGateway(saying(ANSWER))) {
            List<JsonNode> events = StreamedEvents.of(
                    server.post(PATH, REQUEST.formatted(", \"stream\": true")).body());

            List<JsonNode> deltas = events.stream()
                    .filter(event -> event.get("type").asText().equals("response.output_text.delta"))
                    .toList();
            assertThat(deltas)
                    .isNotEmpty()
                    .allSatisfy(delta -> assertThat(String.join("", tokens(delta.get("logprobs"))))
                            .isEqualTo(delta.get("delta").asText()));
            assertThat(deltas.get(0).at("/logprobs/0"))
                    .isEqualTo(new ObjectMapper()
                            .readTree("{\"token\": \"I\", \"logprob\": -0.5,"
                                    + " \"top_logprobs\": [{\"token\": \"A\", \"logprob\": -0.25}]}"));
            assertThat(events.stream()
                            .filter(event -> event.get("type").asText().equals("response.output_text.done"))
                            .map(event -> tokens(event.get("logprobs")))
                            .collect(Collectors.toList()))
                    .containsExactly(List.of("I", " lo", "ok", "."), List.of("lo", "ok", "!"));
            JsonNode whole = server.read(server.post(PATH, REQUEST.formatted("")));
            JsonNode streamed = events.get(events.size() - 1).at("/response/output");
            for (String message : new String[] {"/1/content", "/3/content"}) {
                assertThat(streamed.at(message)).isEqualTo(whole.get("output").at(message));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'include': ['message.output_text.logprobs']                      | true  | 0
        'include': ['message.output_text.logprobs'], 'top_logprobs': 20  | true  | 20
        'include': ['reasoning.encrypted_content'], 'top_logprobs': 0    | false | 0
        'top_logprobs': 0                                                | false | 0
        """)
    void whatIsIncludedSaysWhetherTheyAreAskedFor(String fields, boolean asked, int alternatives) throws Exception {
        FakeInference service = saying(List.of("Hi"));
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode response = server.read(server.post(PATH, ("{'input': 'a', " + fields + "}").replace('\'', '"')));

            var sampling = service.requests.take().getSampling();
            assertThat(sampling.hasTopLogprobs()).isEqualTo(asked);
            assertThat(sampling.getTopLogprobs()).isEqualTo(alternatives);
            assertThat(response.at("/output/0/content/0/logprobs")).hasSize(asked ? 1 : 0);
        }
    }
}
