package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.chat.ChatLayout;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import io.speckv.text.chat.TemplateTurn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A chat is read, explained and told apart by several that each need its turns. */
class OpenChatTest {
    private static final List<ChatMessage> MESSAGES = List.of(new ChatMessage("user", "Where is it?"));

    private final List<String> settled = new ArrayList<>();
    private final OpenChat chat = new OpenChat(new Settling(), () -> {});

    /** Says what it was asked for. */
    private final class Settling implements ChatLayout {
        @Override
        public LaidOutChat layOut(List<ChatMessage> messages, Map<String, ?> variables) {
            throw new AssertionError("nobody lays this chat out");
        }

        @Override
        public List<TemplateTurn> whole(List<ChatMessage> messages, Map<String, ?> variables) {
            settled.add(messages.get(0).content() + " " + variables);
            return TemplateTurn.of(messages);
        }
    }

    @Test
    void settlesTheTurnsOfOneConversationOnce() {
        List<TemplateTurn> first = chat.whole(MESSAGES, Map.of("tools", List.of("look")));
        List<TemplateTurn> again = chat.whole(List.copyOf(MESSAGES), Map.of("tools", List.of("look")));

        assertThat(again).isEqualTo(first);
        assertThat(settled).containsExactly("Where is it? {tools=[look]}");
    }

    @Test
    void settlesWhatIsAnotherConversation() {
        chat.whole(MESSAGES, Map.of("tools", List.of("look")));
        chat.whole(MESSAGES, Map.of());
        List<TemplateTurn> other = chat.whole(List.of(new ChatMessage("user", "And now?")), Map.of());

        assertThat(other.get(0).message().content()).isEqualTo("And now?");
        assertThat(settled).containsExactly("Where is it? {tools=[look]}", "Where is it? {}", "And now? {}");
    }
}
