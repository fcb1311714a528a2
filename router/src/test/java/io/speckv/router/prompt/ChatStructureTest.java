package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.router.RouterRig;
import io.speckv.selection.prompt.ProtectedParts.Part;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import io.speckv.text.chat.Conversation;
import io.speckv.text.chat.PromptOrigins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chats that are written as {@code role: text | role: text}, and their parts as {@code kind@message 'text'}. A byte is a token;
 * the template writes {@code <role>} before a text and {@code ;} behind it.
 */
class ChatStructureTest {
    private static final String TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}"
            + "{% if loop.first and tools %}{{ tools | tojson }}{% endif %};{% endfor %}<answer>";
    private static final String TOOL = "[{\"function\": {\"name\": \"look\"}}]";

    private final Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);
    private String text = "";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.copy(RouterRig.MODEL.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private static List<ChatMessage> messages(String chat) {
        List<ChatMessage> messages = new ArrayList<>();
        for (String message : chat.split(" \\| ", -1)) {
            String[] parts = message.split(": ", 2);
            messages.add(new ChatMessage(parts[0], parts[1]));
        }
        return messages;
    }

    private ChatStructure structure(String chat, Map<String, Object> variables) {
        Conversation conversation = new Conversation(messages(chat), variables);
        ChatEncoder chats = new ChatEncoder(tokenizer, ChatTemplate.open(folder));
        Encoding encoding = chats.encode(conversation, EncodingLimit.NONE);
        PromptOrigins origins = chats.origins(conversation, encoding).orElseThrow();
        text = encoding.text();
        return new ChatStructure(origins, conversation.messages());
    }

    private List<String> parts(ChatStructure structure, ChatTurn turn) {
        return structure.parts(turn).stream()
                .filter(part -> part.positions().length > 0)
                .map(this::shown)
                .toList();
    }

    private List<String> parts(String chat, Map<String, Object> variables) {
        ChatStructure structure = structure(chat, variables);
        return parts(
                structure,
                ChatTurn.together(
                                structure.origins().size(), structure.messages().size())
                        .get(0));
    }

    private List<String> parts(String chat) {
        return parts(chat, Map.of());
    }

    private String shown(Part part) {
        StringBuilder shown = new StringBuilder(part.kind());
        if (part.message() >= 0) {
            shown.append('@').append(part.message());
        }
        shown.append(" '");
        for (int position : part.positions()) {
            shown.append(text.charAt(position));
        }
        return shown.append('\'').toString();
    }

    @Test
    void systemMessagesTheLastQuestionAndTheTemplateAroundThemStay() {
        assertThat(parts("system: rules | user: old | assistant: said | user: new"))
                .containsExactly(
                        "template '<system>;<user>;<user>;<answer>'",
                        "system@0 'rules'",
                        "last_turn@3 'new'",
                        "template ';<assistant>'");
    }

    @Test
    void whatFollowsTheLastQuestionBelongsToIt() {
        assertThat(parts("user: old | assistant: said | user: new | assistant: looks | tool: found"))
                .contains("last_turn@2 'new'", "last_turn@3 'looks'", "last_turn@4 'found'")
                .noneMatch(part -> part.contains("old") || part.contains("said"));
    }

    @Test
    void aDevelopersMessageIsTheSystemsWhereverItStands() {
        assertThat(parts("user: old | developer: rules | user: new")).contains("system@1 'rules'", "last_turn@2 'new'");
        assertThat(parts("user: new | system: late")).contains("last_turn@0 'new'", "system@1 'late'");
    }

    @Test
    void withoutAQuestionOnlyTheSystemsTextStays() {
        assertThat(parts("system: rules | assistant: said"))
                .containsExactly("template '<system>;<assistant>;<answer>'", "system@0 'rules'");
        assertThat(parts("assistant: said | assistant: more"))
                .as("of the template its beginning, and what opens the answer")
                .containsExactly("template '<;<answer>'", "template 'assistant>;<assistant>'");
    }

    @Test
    void definitionsOfToolsAreAPartOfTheirOwn() {
        List<String> parts = parts("user: new", Map.of("tools", List.of(Map.of("function", Map.of("name", "look")))));

        assertThat(parts).contains("tools '" + TOOL + "'", "last_turn@0 'new'");
    }

    @Test
    void anEarlierTurnHasItsPartsAsIfTheChatEndedThere() {
        ChatStructure structure = structure("system: rules | user: old | assistant: said | user: new", Map.of());
        ChatTurn first = ChatTurn.of(structure.origins(), structure.messages()).get(0);

        assertThat(first.messages()).isEqualTo(2);
        assertThat(parts(structure, first))
                .containsExactly("template '<system>;<user>;<assistant>'", "system@0 'rules'", "last_turn@1 'old'");
    }
}
