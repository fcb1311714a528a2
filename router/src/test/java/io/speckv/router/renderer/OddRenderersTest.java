package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.RouterRig;
import io.speckv.router.renderer.RendererSettings.Kind;
import io.speckv.router.renderer.ScriptedRenderer.Said;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that no engine is known to give, and what {@link VllmRenderer} and {@link LlamaCppRenderer} make of them. */
class OddRenderersTest {
    private final ScriptedRenderer server = new ScriptedRenderer();
    private final Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);

    @AfterEach
    void close() {
        server.close();
        tokenizer.close();
    }

    private ChatRenderer renderer(Kind kind) {
        RendererSettings settings = new RendererSettings(
                kind, server.url(), "tiny", null, false, null, Duration.ofSeconds(5), Duration.ofSeconds(60), 4, false);
        return ModelRenderer.of(settings, tokenizer, null).chats().orElseThrow();
    }

    private static LaidOutChat laidOut(ChatRenderer renderer) {
        RendererWait atOnce = new RendererWait() {
            @Override
            public <T> T during(Supplier<T> wait) {
                return wait.get();
            }
        };
        try (OpenChat open = renderer.open(atOnce)) {
            return open.layOut(List.of(new ChatMessage("user", "hi")), Map.of());
        }
    }

    private void on(String path, int status, String body) {
        server.on(path, asked -> new Said(status, body.replace('\'', '"')));
    }

    @Test
    void aChatOfWhichVllmMakesNoTokenIsTheCallersFault() {
        on(ScriptedRenderer.VLLM, 200, "{'token_ids': []}");

        assertThatThrownBy(() -> laidOut(renderer(Kind.VLLM)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage("the vllm renderer makes no token of it");
    }

    @ParameterizedTest
    @CsvSource({"input_tokens, 2", "max_tokens, 2", "temperature, 1"})
    void onlyAPromptThatIsTooLongIsAskedForByTheOtherRoute(String param, int questions) {
        on(ScriptedRenderer.VLLM, 400, "{'error': {'message': 'no', 'param': '" + param + "'}}");
        on(ScriptedRenderer.VLLM_LONG, 400, "{'error': {'message': 'not there either'}}");

        assertThatThrownBy(() -> laidOut(renderer(Kind.VLLM)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage("the vllm renderer says: " + (questions == 2 ? "not there either" : "no"));
        assertThat(server.asked).hasSize(questions);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        200 | {'count': 3}
        200 | {'tokens': 'a'}
        200 | <html>
        """)
    void aBeginTokenThatLlamaCppDoesNotTellIsMissed(int status, String body) {
        on(ScriptedRenderer.LLAMA_CPP, 200, "{'prompt': 'hi'}");
        on("/tokenize", status, body);

        assertThatThrownBy(() -> laidOut(renderer(Kind.LLAMA_CPP)))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.NO_RENDERER))
                .hasMessage("the llama-cpp renderer answers /tokenize without tokens");
    }

    @Test
    void aBeginTokenIsAskedForAgainUntilItIsKnown() {
        ChatRenderer renderer = renderer(Kind.LLAMA_CPP);
        on(ScriptedRenderer.LLAMA_CPP, 200, "{'prompt': 'hi'}");
        on("/tokenize", 200, "{}");
        assertThatThrownBy(() -> laidOut(renderer)).isInstanceOf(RequestException.class);

        on("/tokenize", 200, "{'tokens': []}");
        assertThat(laidOut(renderer).text()).isEqualTo("hi");
        assertThat(laidOut(renderer).text()).isEqualTo("hi");
        assertThat(server.count("/tokenize")).as("a model may begin with none").isEqualTo(2);
    }
}
