package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.answer.AnswerWriter;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why an answer ended, as each API's {@link AnswerWriter} says it, whole and streamed. */
final class StopReasonsTest {
    private static final String HELLO = "\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]";

    private static FakeInference ending(FinishReason reason, String matched) {
        return FakeInference.with(call -> {
            call.onNext(FakeMessages.started());
            call.onNext(FakeMessages.delta(0, "The"));
            call.onNext(GenerateResponse.newBuilder()
                    .setFinished(GenerateFinished.newBuilder()
                            .setFinishReason(reason)
                            .setMatchedStop(matched))
                    .build());
            call.onCompleted();
        });
    }

    private static String body(String path) {
        return switch (path) {
            case "/v1/chat/completions" -> "{%s%%s}".formatted(HELLO);
            case "/v1/completions" -> "{\"prompt\": \"a\"%s}";
            case "/v1/responses" -> "{\"input\": \"a\"%s}";
            default -> "{\"max_tokens\": 9, %s%%s}".formatted(HELLO);
        };
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions; FINISH_REASON_END_OF_TEXT; ``; 'finish_reason':'stop'",
                "/v1/chat/completions; FINISH_REASON_STOP; END; 'finish_reason':'stop'",
                "/v1/chat/completions; FINISH_REASON_MAX_NEW_TOKENS; ``; 'finish_reason':'length'",
                "/v1/chat/completions; FINISH_REASON_CONTEXT_FULL; ``; 'finish_reason':'length'",
                "/v1/completions; FINISH_REASON_END_OF_TEXT; ``; 'finish_reason':'stop'",
                "/v1/completions; FINISH_REASON_MAX_NEW_TOKENS; ``; 'finish_reason':'length'",
                "/v1/responses; FINISH_REASON_END_OF_TEXT; ``; 'status':'completed','error':null,'incomplete_details':null",
                "/v1/responses; FINISH_REASON_STOP; END; 'status':'completed','error':null,'incomplete_details':null",
                "/v1/responses; FINISH_REASON_MAX_NEW_TOKENS; ``; 'status':'incomplete','error':null,'incomplete_details':{'reason':'max_output_tokens'}",
                "/v1/responses; FINISH_REASON_CONTEXT_FULL; ``; 'status':'incomplete','error':null,'incomplete_details':{'reason':'max_output_tokens'}",
                "/v1/messages; FINISH_REASON_END_OF_TEXT; ``; 'stop_reason':'end_turn','stop_sequence':null",
                "/v1/messages; FINISH_REASON_STOP; END; 'stop_reason':'stop_sequence','stop_sequence':'END'",
                "/v1/messages; FINISH_REASON_STOP; ``; 'stop_reason':'end_turn','stop_sequence':null",
                "/v1/messages; FINISH_REASON_MAX_NEW_TOKENS; ``; 'stop_reason':'max_tokens','stop_sequence':null",
                "/v1/messages; FINISH_REASON_CONTEXT_FULL; ``; 'stop_reason':'max_tokens','stop_sequence':null"
            })
    void anAnswerEndsForItsReason(String path, FinishReason reason, String matched, String said) throws Exception {
        try (RunningGateway server = new RunningGateway(ending(reason, matched))) {
            for (String stream : List.of("", ", \"stream\": true")) {
                assertThat(server.post(path, body(path).formatted(stream))
                                .body()
                                .replace('"', '\''))
                        .contains(said);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, [DONE]",
        "/v1/completions, [DONE]",
        "/v1/responses, response.incomplete",
        "/v1/messages, message_stop"
    })
    void aStreamThatIsCutStillHasItsLastEvent(String path, String last) throws Exception {
        try (RunningGateway server = new RunningGateway(ending(FinishReason.FINISH_REASON_MAX_NEW_TOKENS, ""))) {
            String body = server.post(path, body(path).formatted(", \"stream\": true"))
                    .body();
            String[] events = body.split("\n\n", -1);
            assertThat(events[events.length - 1])
                    .as("the end of the last event")
                    .isEmpty();
            assertThat(events[events.length - 2]).contains(last);
        }
    }
}
