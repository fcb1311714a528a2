package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is particular to {@code trtllm-serve}. {@link DialectsTest} has a whole body. Events have single quotes. */
class TensorRtLlmDialectTest {
    private static final TensorRtLlmDialect TENSORRT_LLM = new TensorRtLlmDialect();

    private static EngineRequest request(@Nullable Integer logprobs, @Nullable AnswerShape shape) {
        EngineSampling sampling = new EngineSampling(
                9, 0, 0, 1, 0, 1, 0, 0, 1L, List.of("end"), List.of(5), false, 0, Map.of(), false, logprobs, shape);
        return new EngineRequest("r", "m", new int[] {1}, sampling, EngineHints.NONE);
    }

    private static JsonNode format(AnswerShape shape) {
        return TENSORRT_LLM.completion(request(null, shape)).body().path("response_format");
    }

    private static List<AnswerEvent> read(String event) {
        return TENSORRT_LLM.reader(request(null, null)).read(EngineReply.json(event.replace('\'', '"')));
    }

    @Test
    void onlyLogProbabilitiesAreBeyondIt() {
        assertThat(TENSORRT_LLM.cannot(request(null, null).sampling())).isEmpty();
        assertThat(TENSORRT_LLM.cannot(request(0, null).sampling()))
                .containsExactly(new Limitation("top_logprobs", "must be unset"));
    }

    @Test
    void eachShapeIsAResponseFormat() {
        assertThat(format(new AnswerShape.Json(EngineReply.json("{\"type\":\"object\"}"))))
                .isEqualTo(EngineReply.json("{\"type\":\"json\",\"schema\":{\"type\":\"object\"}}"));
        assertThat(format(new AnswerShape.Regex("a+")))
                .isEqualTo(EngineReply.json("{\"type\":\"regex\",\"regex\":\"a+\"}"));
        assertThat(format(new AnswerShape.Choice(List.of("a.b", "c"))))
                .isEqualTo(EngineReply.json("{\"type\":\"regex\",\"regex\":\"(a\\\\.b|c)\"}"));
        assertThat(format(new AnswerShape.Grammar("g")))
                .isEqualTo(EngineReply.json("{\"type\":\"ebnf\",\"ebnf\":\"g\"}"));
        assertThat(TENSORRT_LLM.completion(request(null, null)).body().has("response_format"))
                .isFalse();
    }

    @Test
    void stopTextsAreNotSentWhereTheServerSeesNoText() {
        assertThat(TENSORRT_LLM.completion(request(null, null)).body().has("stop"))
                .isFalse();
    }

    @Test
    void itsEventsAreIdsAndTheReasonOfTheEnd() {
        List<AnswerEvent> more = read("{'choices': [{'token_ids': [7, 8], 'finish_reason': null}]}");
        assertThat(more)
                .singleElement()
                .isInstanceOfSatisfying(
                        AnswerEvent.Tokens.class,
                        tokens -> assertThat(tokens.ids()).containsExactly(7, 8));

        List<AnswerEvent> last = read("{'choices': [{'token_ids': [9], 'finish_reason': 'length'}]}");
        assertThat(last).hasSize(2).last().isEqualTo(new AnswerEvent.Ended(AnswerEvent.Ending.LENGTH, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        5     | STOP
        6     | END_OF_TEXT
        null  | END_OF_TEXT
        """)
    void aStopTokenOfTheRequestIsToldFromTheModelsOwn(String at, AnswerEvent.Ending ending) {
        assertThat(read("{'choices': [{'token_ids': [], 'finish_reason': 'stop', 'stop_reason': " + at + "}]}"))
                .containsExactly(new AnswerEvent.Ended(ending, ""));
    }

    @Test
    void countsAndFailuresStandBesideTheChoices() {
        assertThat(read("{'choices': [], 'usage': {'completion_tokens': 3,"
                        + " 'prompt_tokens_details': {'cached_tokens': 2}}}"))
                .containsExactly(new AnswerEvent.Counted(3, OptionalInt.of(2)));
        assertThat(read("{'error': {'message': 'no'}}"))
                .containsExactly(new AnswerEvent.Failed(EngineReply.json("{\"message\":\"no\"}")));
    }

    @Test
    void itsVersionIsARouteOfItsOwnAndItDoesNotTokenizeAlone() {
        JsonNode model = EngineReply.json("{\"id\":\"m\",\"max_model_len\":100}");

        assertThat(TENSORRT_LLM.factRoutes()).containsExactly("/version");
        assertThat(TENSORRT_LLM.facts(model, List.of(EngineReply.json("{\"version\":\"1.2\"}"))))
                .isEqualTo(new EngineFacts("tensorrt-llm", "1.2", "m", "", 100, 0));
        assertThat(TENSORRT_LLM.tokenize("m", "hi")).isEmpty();
    }
}
