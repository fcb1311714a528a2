package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.chat.ChatMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a caller's template variables reaches an engine. */
class ChatBodyTest {
    private static final List<ChatMessage> CHAT = List.of(new ChatMessage("user", "Hi there"));

    @Test
    void theTemplatesOwnVariablesDo() {
        assertThat(ChatBody.of(CHAT, Map.of("enable_thinking", false))
                        .at("/chat_template_kwargs/enable_thinking")
                        .isBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat_template", "tokenize"})
    void thoseThatWouldChangeWhatIsAskedDoNot(String name) {
        assertThatThrownBy(() -> ChatBody.of(CHAT, Map.of(name, "{{ x }}")))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.FIELD_INVALID))
                .hasMessageContaining("prompt.chat.template_variables has the key " + name);
    }
}
