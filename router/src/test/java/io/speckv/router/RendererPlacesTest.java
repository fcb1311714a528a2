package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import io.speckv.router.renderer.ScriptedRenderer;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats that an engine's renderer has in hand, and what waits for it. */
class RendererPlacesTest {
    @TempDir
    Path folder;

    private final Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);
    private ScriptedRenderer renderer = new ScriptedRenderer();

    @BeforeEach
    void open() throws IOException {
        var unused = ChatModels.flag(folder, ChatModels.WITH_TOOLS);
        renderer.close();
        renderer = ScriptedRenderer.of(ChatTemplate.open(folder), tokenizer);
    }

    @AfterEach
    void close() {
        renderer.close();
        tokenizer.close();
    }

    private RouterRig rendered(int atOnce) {
        return RouterRig.start(
                "--renderer.kind=vllm",
                "--renderer.url=" + renderer.url(),
                "--renderer.timeout=10m",
                "--renderer.at-once=" + atOnce);
    }

    @Test
    void aChatThatWasLetInIsNotRefusedAtALaterQuestion() throws IOException {
        ScriptedRenderer.Script answer = renderer.script(ScriptedRenderer.VLLM);
        AtomicInteger questions = new AtomicInteger();
        AtomicReference<RemoteFailure> refused = new AtomicReference<>();
        try (RouterRig rig = rendered(1)) {
            renderer.on(ScriptedRenderer.VLLM, asked -> {
                if (questions.incrementAndGet() == 2) {
                    refused.set(RenderedChatsTest.failure(
                            rig, RenderedChatsTest.chats().get(3)));
                }
                return answer.answer(asked);
            });
            assertThat(RenderedChatsTest.explained(
                                    rig, RenderedChatsTest.chats().get(0))
                            .getProtectedList())
                    .isNotEmpty();
            assertThat(refused.get().code()).contains(FailureCode.QUEUE_FULL);
            assertThat(refused.get().message()).isEqualTo("the vllm renderer has 1 chats in hand, as many as it may");
            assertThat(questions).as("who is refused is not asked about").hasValue(2);
            assertThat(RenderedChatsTest.tokenized(
                                    rig, RenderedChatsTest.chats().get(3))
                            .getText())
                    .contains("and </s>?");
        }
    }

    @Test
    void aSlowRendererStopsNoLargeTextThatNeedsNone() {
        int cores = Runtime.getRuntime().availableProcessors();
        String large = "a long document, ".repeat(20_000);
        ScriptedRenderer.Script answer = renderer.script(ScriptedRenderer.VLLM);
        CountDownLatch asked = new CountDownLatch(cores);
        CountDownLatch slow = new CountDownLatch(1);
        renderer.on(ScriptedRenderer.VLLM, question -> {
            asked.countDown();
            await(slow);
            return answer.answer(question);
        });
        Chat chat = Chat.newBuilder()
                .addMessages(RenderedChatsTest.message("user", large))
                .build();
        try (RouterRig rig = rendered(cores)) {
            List<CompletableFuture<TokenizeResponse>> chats = IntStream.range(0, cores)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> RenderedChatsTest.tokenized(rig, chat), run -> new Thread(run, "asks").start()))
                    .toList();
            await(asked);
            try {
                assertThat(rig.blocking()
                                .withDeadlineAfter(1, TimeUnit.MINUTES)
                                .tokenize(TokenizeRequest.newBuilder()
                                        .setPrompt(Prompt.newBuilder().setText(large))
                                        .build())
                                .getText())
                        .hasSize(large.length());
            } finally {
                slow.countDown();
            }
            chats.forEach(one -> assertThat(one.join().getText()).contains(large));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aChatThatFailsGivesItsPlaceBack() {
        ScriptedRenderer.Script answer = renderer.script(ScriptedRenderer.VLLM);
        try (RouterRig rig = rendered(1)) {
            renderer.on(ScriptedRenderer.VLLM, asked -> new ScriptedRenderer.Said(502, ""));
            assertThat(RenderedChatsTest.failure(rig, RenderedChatsTest.chats().get(0))
                            .code())
                    .contains(FailureCode.NO_RENDERER);
            renderer.on(ScriptedRenderer.VLLM, answer);
            assertThat(RenderedChatsTest.tokenized(
                                    rig, RenderedChatsTest.chats().get(0))
                            .getText())
                    .contains("What is in it?");
        }
    }
}
