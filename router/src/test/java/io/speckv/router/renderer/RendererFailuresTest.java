package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.renderer.RendererSettings.Kind;
import io.speckv.text.ChatTemplateException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RendererFailuresTest {
    private static EngineReply reply(int status, String body) {
        return new EngineReply(status, Optional.empty(), body);
    }

    private static Optional<String> trouble(Kind kind, int status) {
        return RendererFailures.trouble(kind, "/render", reply(status, "{\"error\": {\"message\": \"why\"}}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 413, 422})
    void anAnswerAndARefusalAreNoTrouble(int status) {
        assertThat(trouble(Kind.VLLM, status)).isEmpty();
        assertThat(trouble(Kind.LLAMA_CPP, status)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "401, refuses the key of key-file: why",
        "403, does not serve /render for this model: why",
        "404, does not serve /render for this model: why",
        "429, answers /render with status 429: why",
        "503, answers /render with status 503: why"
    })
    void anyOtherStatusIsTold(int status, String told) {
        assertThat(trouble(Kind.VLLM, status)).contains(told);
        assertThat(trouble(Kind.LLAMA_CPP, status)).contains(told);
    }

    @Test
    void aTemplateThatRaisesIsTheirErrorOfTheServerWithLlamaCppAlone() {
        assertThat(trouble(Kind.LLAMA_CPP, 500)).isEmpty();
        assertThat(trouble(Kind.VLLM, 500)).contains("answers /render with status 500: why");
    }

    @Test
    void aRefusalIsTheTemplatesUnlessTheChatIsTooLarge() {
        assertThat(RendererFailures.refused("the renderer", reply(400, "{\"error\": \"no system\"}")))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage("the renderer says: no system");
        assertThat(RendererFailures.refused("the renderer", reply(413, "{\"error\": \"8 MB\"}")))
                .isInstanceOf(RequestException.class)
                .hasMessage("prompt.chat is larger than the renderer takes: 8 MB");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'error': {'message': 'a'}}                        | a
        {'error': 'a'}                                     | a
        {'detail': 'a'}                                    | a
        {'error': {'message': '2 errors:', 'param': 'messages.0'}} | 2 errors: messages.0
        {'error': {'message': '2 errors:'}}                | 2 errors:
        {}                                                 | no reason is given
        not JSON                                           | no reason is given
        """)
    void theReasonIsWhereverTheEngineSaysIt(String body, String message) {
        assertThat(RendererFailures.message(reply(400, body.replace('\'', '"'))))
                .isEqualTo(message);
    }
}
