package io.speckv.router.renderer;

import static io.speckv.router.renderer.ScriptedRenderer.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.renderer.RendererSettings.Kind;
import io.speckv.router.renderer.ScriptedRenderer.Said;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What engines answer who are asked by {@link VllmRenderer} or {@link LlamaCppRenderer} to lay a chat out, as they were recorded,
 * and what becomes of it.
 */
class EngineRenderersTest {
    private static final Path MODEL = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");
    private static final List<ChatMessage> CHAT = List.of(new ChatMessage("user", "Hi there"));
    private static final Map<String, Object> OPEN = Map.of("add_generation_prompt", true);

    private static final RendererWait NOTHING_HELD = new RendererWait() {
        @Override
        public <T> T during(Supplier<T> wait) {
            return wait.get();
        }
    };

    private final ScriptedRenderer server = new ScriptedRenderer();
    private final Tokenizer tokenizer = Tokenizer.open(MODEL);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        server.close();
        tokenizer.close();
    }

    private RendererSettings settings(Kind kind, Duration timeout, int atOnce) {
        return new RendererSettings(
                kind, server.url(), "tiny", null, false, null, Duration.ofSeconds(5), timeout, atOnce, false);
    }

    private ChatRenderer renderer(Kind kind) {
        return renderer(settings(kind, Duration.ofSeconds(60), 4));
    }

    private ChatRenderer renderer(RendererSettings settings) {
        return ModelRenderer.of(settings, tokenizer, null).chats().orElseThrow();
    }

    private static LaidOutChat laidOut(ChatRenderer renderer) {
        return laidOut(renderer, CHAT, OPEN);
    }

    private static LaidOutChat laidOut(ChatRenderer renderer, List<ChatMessage> chat, Map<String, Object> variables) {
        try (OpenChat open = renderer.open(NOTHING_HELD)) {
            return open.layOut(chat, variables);
        }
    }

    @Test
    void vllmsTokensAreTakenAsTheyAreWithTheTextThatTheySpell() {
        server.on(ScriptedRenderer.VLLM, recorded("vllm-chat"));
        LaidOutChat laidOut = laidOut(renderer(Kind.VLLM));

        assertThat(laidOut.ids())
                .containsExactly(2558, 446, 267, 10, 72, 105, 1882, 2559, 10, 2558, 2132, 766, 637, 10);
        assertThat(laidOut.text()).isEqualTo("<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void vllmIsSentTheChatInOpenAisForm() {
        server.on(ScriptedRenderer.VLLM, recorded("vllm-chat"));
        Map<String, Object> call = Map.of("function", Map.of("name", "look", "arguments", Map.of("at", "x")));
        var unused = laidOut(
                renderer(Kind.VLLM),
                List.of(new ChatMessage("assistant", null, Map.of("tool_calls", List.of(call)))),
                Map.of("add_generation_prompt", false, "tools", List.of(Map.of("a", 1)), "thinking", true));
        JsonNode body = server.asked.element().body();

        assertThat(body.path("model").asText()).isEqualTo("tiny");
        assertThat(body.path("tool_choice").asText())
                .as("no parser is needed there")
                .isEqualTo("none");
        assertThat(body.path("add_generation_prompt").isBoolean()).isTrue();
        assertThat(body.path("tools").path(0).path("a").asInt()).isEqualTo(1);
        assertThat(body.path("chat_template_kwargs").path("thinking").asBoolean())
                .isTrue();
        JsonNode message = body.path("messages").path(0);
        assertThat(message.path("content").isNull()).isTrue();
        assertThat(message.path("tool_calls")
                        .path(0)
                        .path("function")
                        .path("arguments")
                        .asText())
                .isEqualTo("{\"at\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm-too-long", "vllm-no-room"})
    void whatIsLongerThanVllmsContextIsLaidOutAllTheSame(String refusal) {
        server.on(ScriptedRenderer.VLLM, recorded(refusal)).on(ScriptedRenderer.VLLM_LONG, recorded("vllm-tokenize"));
        LaidOutChat laidOut = laidOut(renderer(Kind.VLLM));

        assertThat(laidOut.ids()).hasSize(16);
        assertThat(server.asked).last().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo("/tokenize");
            assertThat(asked.body().path("messages").size()).isEqualTo(1);
            assertThat(asked.body().has("tool_choice")).isFalse();
        });
    }

    @Test
    void llamaCppGivesTheTextAndItsTokensAreOurs() {
        server.on(ScriptedRenderer.LLAMA_CPP, recorded("llama-cpp-apply-template"))
                .on("/tokenize", asked -> new Said(200, "{\"tokens\":[]}"));
        LaidOutChat laidOut = laidOut(renderer(Kind.LLAMA_CPP));

        assertThat(laidOut.ids()).isNull();
        assertThat(laidOut.text()).startsWith("<|im_start|>system\nYou are").endsWith("<|im_start|>assistant\n");
    }

    @Test
    void theBeginTokenThatLlamaCppTakesAwayIsWrittenAgain() {
        server.on(ScriptedRenderer.LLAMA_CPP, asked -> new Said(200, "{\"prompt\":\"hi\"}"))
                .on("/tokenize", asked -> new Said(200, "{\"tokens\":[2557]}"));
        ChatRenderer renderer = renderer(Kind.LLAMA_CPP);

        assertThat(laidOut(renderer).text()).isEqualTo("<|endoftext|>hi");
        assertThat(laidOut(renderer).text()).isEqualTo("<|endoftext|>hi");
        assertThat(server.count("/tokenize")).as("asked once").isEqualTo(1);
        assertThat(server.asked.element().body().path("tool_choice").isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                vllm-no-messages | VLLM      | says: Cannot apply chat template to an empty conversation.
                vllm-invalid     | VLLM      | says: 3 validation errors: body.0.ChatCompletionMessageFunctionToolCallParam
                """)
    void aChatThatTheRendererRefusesIsTheCallersFault(String recording, Kind kind, String message) {
        server.on(ScriptedRenderer.VLLM, recorded(recording));
        assertThatThrownBy(() -> laidOut(renderer(kind)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("the vllm renderer " + message)
                .hasMessageNotContaining("dict of 1 items");
    }

    @Test
    void anErrorThatATemplateRaisesInLlamaCppIsTheCallersFault() {
        server.on(
                ScriptedRenderer.LLAMA_CPP,
                asked -> new Said(
                        500,
                        "{\"error\":{\"code\":500,\"message\":\"roles must alternate\",\"type\":\"server_error\"}}"));
        assertThatThrownBy(() -> laidOut(renderer(Kind.LLAMA_CPP)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageEndingWith("says: roles must alternate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                VLLM      | vllm-no-key       | refuses the key of key-file: Unauthorized
                VLLM      | vllm-disabled     | does not serve /v1/chat/completions/render for this model: Scale-out endpoints are disabled.
                VLLM      | vllm-wrong-model  | does not serve /v1/chat/completions/render for this model: The model `nope` does not exist.
                LLAMA_CPP | llama-cpp-no-key  | refuses the key of key-file: Invalid API Key
                LLAMA_CPP | llama-cpp-loading | answers /apply-template with status 503: Loading model
                """)
    void aRendererThatDoesNotRenderIsNamed(Kind kind, String recording, String message) {
        server.on(ScriptedRenderer.VLLM, recorded(recording)).on(ScriptedRenderer.LLAMA_CPP, recorded(recording));
        assertFails(() -> laidOut(renderer(kind)), FailureCode.NO_RENDERER, "the " + kind + " renderer " + message);
    }

    private static void assertFails(ThrowingCallable work, FailureCode code, String message) {
        assertThatThrownBy(work).isInstanceOfSatisfying(RequestException.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure).hasMessageContaining(message);
        });
    }

    @Test
    void aRendererThatIsGoneOrSlowIsNamed() {
        CountDownLatch never = new CountDownLatch(1);
        server.on(ScriptedRenderer.VLLM, asked -> {
            await(never);
            return new Said(200, "{}");
        });
        assertFails(
                () -> laidOut(renderer(settings(Kind.VLLM, Duration.ofMillis(50), 4))),
                FailureCode.NO_RENDERER,
                "gave no answer within 50 ms");
        never.countDown();
        server.close();
        assertFails(() -> laidOut(renderer(Kind.VLLM)), FailureCode.NO_RENDERER, "the vllm renderer cannot be ");
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aCallerWhoGoesAwayWaitsNoLonger() {
        CountDownLatch never = new CountDownLatch(1);
        Context.CancellableContext caller = Context.current().withCancellation();
        server.on(ScriptedRenderer.VLLM, asked -> {
            caller.cancel(null);
            await(never);
            return new Said(200, "{}");
        });
        assertFails(() -> caller.run(() -> laidOut(renderer(Kind.VLLM))), FailureCode.CANCELLED, "the caller has gone");
        never.countDown();
    }

    @Test
    void aChatInHandKeepsItsPlaceBetweenItsQuestions() {
        server.on(ScriptedRenderer.VLLM, recorded("vllm-chat"));
        ChatRenderer renderer = renderer(settings(Kind.VLLM, Duration.ofSeconds(60), 1));
        try (OpenChat open = renderer.open(NOTHING_HELD)) {
            assertThat(open.layOut(CHAT, OPEN).text()).contains("Hi there");
            assertFails(() -> laidOut(renderer), FailureCode.QUEUE_FULL, "has 1 chats in hand, as many as it may");
            assertThat(open.layOut(CHAT, OPEN).text()).contains("Hi there");
        }
        assertThat(laidOut(renderer).text()).contains("Hi there");
        assertThat(server.asked).as("who is refused is not asked about").hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"2560", "-1", "1.5", "'\"a\"'"})
    void tokensThatOurTokenizerLacksAreAnotherModels(String id) {
        server.on(ScriptedRenderer.VLLM, asked -> new Said(200, "{\"token_ids\":[2558," + id + "]}"));
        assertFails(
                () -> laidOut(renderer(Kind.VLLM)),
                FailureCode.TOKENIZER_MISMATCH,
                "gives token " + id + " at place 1, and the vocabulary of tokenizer.target has 2560");
    }

    @Test
    void aBeginTokenThatOurTokenizerLacksIsAnotherModels() {
        server.on(ScriptedRenderer.LLAMA_CPP, asked -> new Said(200, "{\"prompt\":\"hi\"}"))
                .on("/tokenize", asked -> new Said(200, "{\"tokens\":[2560]}"));
        assertFails(
                () -> laidOut(renderer(Kind.LLAMA_CPP)), FailureCode.TOKENIZER_MISMATCH, "gives token 2560 at place 0");
    }

    @ParameterizedTest
    @CsvSource({"VLLM,/v1/chat/completions/render", "LLAMA_CPP,/apply-template"})
    void anAnswerOfAnotherKindIsNone(Kind kind, String path) {
        server.on(path, asked -> new Said(200, "<html>"));
        assertFails(() -> laidOut(renderer(kind)), FailureCode.NO_RENDERER, "answers " + path + " without");
    }

    @Test
    void theKeyIsSentAsABearerToken() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "sk-test\n");
        server.on(ScriptedRenderer.VLLM, recorded("vllm-chat"));
        var unused = laidOut(renderer(new RendererSettings(
                Kind.VLLM,
                server.url(),
                null,
                key,
                false,
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                1,
                false)));
        assertThat(server.asked.element().key()).isEqualTo("Bearer sk-test");
        assertThat(server.asked.element().body().has("model")).isFalse();
    }
}
