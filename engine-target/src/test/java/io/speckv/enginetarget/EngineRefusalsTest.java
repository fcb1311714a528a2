package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies of engines; bodies have single quotes. */
class EngineRefusalsTest {
    private static RequestException of(int status, String body) {
        return EngineRefusals.of(new EngineReply(status, Optional.empty(), body.replace('\'', '"')));
    }

    private static RequestException amidst(String error, int generated) {
        return EngineRefusals.of(EngineReply.json(error.replace('\'', '"')), generated);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        400 | FIELD_INVALID   | the engine refuses the request: why
        422 | FIELD_INVALID   | the engine refuses the request: why
        401 | NO_TARGET       | the engine refuses the key of key-file: why
        403 | NO_TARGET       | the engine refuses the key of key-file: why
        404 | NO_TARGET       | the engine does not serve the model any more: why
        429 | QUEUE_FULL      | the engine takes no more requests: why
        503 | QUEUE_FULL      | the engine takes no more requests: why
        500 | NO_TARGET       | the engine failed with HTTP status 500: why
        418 | NO_TARGET       | the engine failed with HTTP status 418: why
        """)
    void aStatusIsAReason(int status, FailureCode code, String message) {
        RequestException failure = of(status, "{'error': {'message': 'why'}}");
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessage(message);
        assertThat(of(status, "{'message': 'why'}")).as("without an envelope").hasMessage(message);
        assertThat(of(status, "{'error': 'why'}")).as("as a text").hasMessage(message);
    }

    @Test
    void withoutAReasonThereIsNone() {
        assertThat(of(500, "<html>")).hasMessage("the engine failed with HTTP status 500: no reason is given");
        assertThat(of(400, "{'error': null}")).hasMessage("the engine refuses the request: no reason is given");
    }

    @Test
    void anEngineThatLoadsIsNotReady() {
        RequestException failure = of(503, "{'error': {'type': 'unavailable_error', 'message': 'Loading model'}}");
        assertThat(failure.code()).isEqualTo(FailureCode.LOADING);
        assertThat(failure).hasMessage("the engine is not ready: Loading model");
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
    }

    @Test
    void theEngineSaysWhenToTryAgain() {
        EngineReply busy = new EngineReply(429, Optional.of(Duration.ofSeconds(7)), "{}");
        assertThat(EngineRefusals.of(busy).retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(of(429, "{}").retryAfter()).contains(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'error': {'type': 'exceed_context_size_error', 'message': 'm', 'n_ctx': 512}}
        {'error': {'param': 'input_tokens', 'message': 'm'}}
        {'error': {'message': 'The maximum context length is 512 tokens.'}}
        {'error': 'The maximum context length is 512 tokens.'}
        {'type': 'BadRequestError', 'message': 'The maximum context length is 512 tokens.'}
        """)
    void aPromptThatIsTooLongIsToldInManyWays(String body) {
        RequestException failure = of(400, body);
        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure.field()).contains("prompt.token_ids");
        if (body.contains("n_ctx")) {
            assertThat(failure.metadata()).containsEntry("most_tokens", "512");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "temperature, sampling.temperature",
        "max_tokens, sampling.max_new_tokens",
        "n_predict, sampling.max_new_tokens",
        "logprobs, sampling.top_logprobs",
        "repeat_penalty, sampling.repetition_penalty"
    })
    void aFieldIsNamedAsWeCallIt(String param, String field) {
        RequestException failure = of(400, "{'error': {'param': '" + param + "', 'message': 'too high'}}");
        assertThat(failure.field()).contains(field);
        assertThat(failure).hasMessage(field + " is refused by the engine: too high");
    }

    @Test
    void aFieldOfNullIsNone() {
        assertThat(of(400, "{'error': {'param': null, 'message': 'no'}}").field())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'code': 429, 'message': 'm'}               | QUEUE_FULL
        {'status_code': 400, 'code': 7, 'message': 'm'} | FIELD_INVALID
        {'code': 'internal_error', 'message': 'm'}  | NO_TARGET
        {'message': 'm'}                            | NO_TARGET
        """)
    void anErrorBeforeTheFirstTokenHasItsCodeInside(String error, FailureCode code) {
        assertThat(amidst(error, 0).code()).isEqualTo(code);
    }

    @Test
    void afterTheFirstTokenAnyErrorLosesTheTarget() {
        RequestException failure = amidst("{'code': 400, 'param': 'temperature', 'message': 'm'}", 3);
        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOST);
        assertThat(failure).hasMessage("the engine failed: m, after 3 generated tokens");
        assertThat(failure.metadata()).containsEntry("generated_token_count", "3");
    }

    @Test
    void aConnectionThatFailsIsToldByItsCause() {
        assertThat(EngineRefusals.of(new ConnectException("Connection refused"), 0))
                .hasMessage("the connection to the engine failed: nothing listens at its address");
        assertThat(EngineRefusals.of(new IOException(), 2))
                .hasMessage("the connection to the engine failed: IOException, after 2 generated tokens");
    }

    @Test
    void beforeTheFirstTokenAnotherTargetMayBeTried() {
        assertThat(EngineRefusals.lost("gone", 0).code()).isEqualTo(FailureCode.NO_TARGET);
        assertThat(EngineRefusals.lost("gone", 0).retryAfter()).isPresent();
        assertThat(EngineRefusals.lost("gone", 1).retryAfter()).isEmpty();
    }
}
