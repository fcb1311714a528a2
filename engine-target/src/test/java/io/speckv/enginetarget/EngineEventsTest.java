package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.enginetarget.dialect.EngineHints;
import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.enginetarget.dialect.EngineSampling;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events of vLLM, with single quotes, of an answer of five tokens. A byte is a token. */
class EngineEventsTest {
    private static final String TOKEN = "{'choices': [{'text': 'a', 'finish_reason': null, 'token_ids': [97]}]}";
    private static final String END = "{'choices': [{'text': '', 'finish_reason': 'length', 'token_ids': []}]}";
    private static final String COUNT = "{'choices': [], 'usage': {'completion_tokens': 5}}";
    private static final String ERROR = "{'error': {'message': 'the core died', 'code': 500}}";

    private final Tokenizer tokenizer =
            Tokenizer.open(Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target"));
    private final AnswerTokens tokens;
    private final EngineEvents events;

    EngineEventsTest() {
        KnownEngine vllm =
                new KnownEngine(Dialects.of("vllm").orElseThrow(), new EngineFacts("vllm", "1", "m", "", 1000, 0));
        EngineSampling sampling = new EngineSampling(
                5, 0, 0, 1, 0, 1, 0, 0, null, List.of(), List.of(), false, 0, Map.of(), false, null, null);
        EngineRequest request = new EngineRequest("r", "m", new int[] {1}, sampling, EngineHints.NONE);
        tokens = new AnswerTokens(new EngineOrder(vllm, request, 1, 5, 0, SpecialTokens.EXCLUDED), tokenizer);
        events = new EngineEvents(vllm.dialect().reader(request), tokens);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private HeardEvents read(String... data) {
        return events.read(
                Stream.of(data).map(event -> event.replace('\'', '"')).toList());
    }

    private RequestException refused(String... data) {
        return Objects.requireNonNull(catchThrowableOfType(RequestException.class, () -> read(data)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'choices': [{'text': 'a', 'finish_reason': null, 'token_ids': [97]}]} | true  | false
        {'choices': [{'text': '', 'finish_reason': 'length', 'token_ids': []}]} | true | false
        {'choices': [{'text': '', 'finish_reason': null, 'token_ids': []}]}    | false | false
        {'choices': [], 'usage': {'completion_tokens': 1}}                     | false | false
        {}                                                                     | false | false
        [DONE]                                                                 | false | true
        """)
    void onlyTokensAndTheEndSaySomethingOfTheAnswer(String event, boolean anything, boolean done) {
        assertThat(read(event)).isEqualTo(new HeardEvents(anything, done, null));
    }

    @Test
    void nothingIsHeardBehindTheEnd() {
        assertThat(read(TOKEN, END).anything()).isTrue();
        assertThat(read(TOKEN, COUNT)).isEqualTo(new HeardEvents(false, false, null));
        assertThat(tokens.size()).isEqualTo(1);
    }

    @Test
    void noEventsSayNothing() {
        assertThat(read()).isEqualTo(new HeardEvents(false, false, null));
    }

    @Test
    void aFailureEndsTheAnswerWithTheTokensBeforeIt() {
        HeardEvents heard = read(TOKEN, TOKEN, ERROR, TOKEN);

        assertThat(tokens.size()).as("tokens behind the failure are not read").isEqualTo(2);
        RequestException failure = Objects.requireNonNull(heard.failure());
        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOST);
        assertThat(failure).hasMessage("the engine failed: the core died, after 2 generated tokens");
    }

    @Test
    void aFailureBehindTheEndHarmsNoAnswer() {
        assertThat(read(TOKEN, END, ERROR).failure()).isNull();
        assertThat(read(ERROR).failure()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        not JSON     | the engine sent an event that is no JSON object
        [1, 2]       | the engine sent an event that is no JSON object
        ``           | the engine sent an event that is no JSON object
        {'choices': [{'token_ids': ['a']}]} | the engine sent what its kind does not: a token id is "a"
        {'choices': [{'finish_reason': 'moody'}]} | the engine sent what its kind does not: an answer ends for the reason 'moody'
        """)
    void whatThisKindOfEngineDoesNotSendIsALostTarget(String event, String message) {
        assertThat(refused(event)).hasMessage(message);
        assertThat(refused(event).code()).isEqualTo(FailureCode.NO_TARGET);
        assertThat(refused(TOKEN, event)).hasMessage(message + ", after 1 generated tokens");
    }
}
