package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The place that a chat's questions take at a renderer with one. */
class ChatQuestionsTest {
    private static final RendererWait HOLDS_NOTHING = new RendererWait() {
        @Override
        public <T> T during(Supplier<T> wait) {
            return wait.get();
        }
    };

    private final ScriptedRenderer renderer =
            new ScriptedRenderer().on(ScriptedRenderer.VLLM, asked -> new ScriptedRenderer.Said(200, "{}"));
    private final RendererCalls calls = RendererCalls.to(new RendererSettings(
            RendererSettings.Kind.VLLM,
            renderer.url(),
            null,
            null,
            false,
            null,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            1,
            false));

    @AfterEach
    void close() {
        renderer.close();
    }

    private ChatQuestions questions() {
        return new ChatQuestions(calls, HOLDS_NOTHING);
    }

    private static void ask(ChatQuestions questions) {
        assertThat(questions
                        .ask(ScriptedRenderer.VLLM, JsonNodeFactory.instance.objectNode())
                        .isOk())
                .isTrue();
    }

    private static void isRefused(ChatQuestions questions) {
        assertThatThrownBy(() -> ask(questions))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        refused -> assertThat(refused.code()).isEqualTo(FailureCode.QUEUE_FULL));
    }

    @Test
    void aChatThatHasNotAskedYetTakesNoPlace() {
        try (ChatQuestions waits = questions();
                ChatQuestions asks = questions()) {
            ask(asks);
            ask(asks);
            isRefused(waits);
        }
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        ChatQuestions first = questions();
        ask(first);
        first.close();
        first.close();
        try (ChatQuestions second = questions();
                ChatQuestions third = questions()) {
            ask(second);
            isRefused(third);
        }
        assertThatCode(() -> ask(first)).doesNotThrowAnyException();
        first.close();
    }
}
