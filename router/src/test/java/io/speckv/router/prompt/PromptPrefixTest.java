package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenIds;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptPrefixTest {
    private static final int LENGTH = 40;

    private static long of(Prompt.Builder prompt) {
        return PromptPrefix.of(prompt.build(), LENGTH);
    }

    private static Prompt.Builder text(String text) {
        return Prompt.newBuilder().setText(text);
    }

    private static Prompt.Builder chat(String... messages) {
        Chat.Builder chat = Chat.newBuilder();
        for (int i = 0; i < messages.length; i++) {
            chat.addMessages(ChatMessage.newBuilder()
                    .setRole(i % 2 == 0 ? "user" : "assistant")
                    .setContent(messages[i]));
        }
        return Prompt.newBuilder().setChat(chat);
    }

    private static Prompt.Builder ids(Integer... ids) {
        return Prompt.newBuilder().setTokenIds(TokenIds.newBuilder().addAllIds(List.of(ids)));
    }

    @Test
    void questionsAboutOneDocumentBeginAlike() {
        String document = "The river runs past the mill and the old bridge. ";

        assertThat(of(text(document + "Where does it run?"))).isEqualTo(of(text(document + "What is old?")));
        assertThat(of(text("Another " + document))).isNotEqualTo(of(text(document)));
        assertThat(of(text("short"))).isNotEqualTo(of(text("shorter")));
    }

    @Test
    void aConversationKeepsItsBeginningOnceItIsAsLong() {
        String[] first = {"How many bridges are there over the river?", "Three."};

        assertThat(of(chat(first[0], first[1], "And mills?"))).isEqualTo(of(chat(first[0])));
        assertThat(of(chat("Hi", first[1], "And mills, in all of the valley?", "Two.", "Why?")))
                .as("cut within a later message")
                .isEqualTo(of(chat("Hi", first[1], "And mills, in all of the valley?", "Two.", "Who built them?")));
        assertThat(of(chat("Hi", "Hello", "a"))).isNotEqualTo(of(chat("Hi", "Hello", "b")));
    }

    @Test
    void ofTokenIdsAQuarterAsManyCount() {
        assertThat(of(ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))).isEqualTo(of(ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)));
        assertThat(of(ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).isNotEqualTo(of(ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 11)));
    }
}
