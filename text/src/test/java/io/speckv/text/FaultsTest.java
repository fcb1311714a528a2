package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Model folders as people have them that once came out wrong, with what Hugging Face's own libraries give for them. */
class FaultsTest {
    private static final List<ChatMessage> HI = List.of(new ChatMessage("user", "hi"));
    private static final Map<String, Boolean> PROMPT = Map.of("add_generation_prompt", true);

    private static Path folder(String name) {
        try {
            return Path.of(Objects.requireNonNull(FaultsTest.class.getResource("faults/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void byteTokensBehindAWholeCharacterAreNotSpoilt() {
        try (Tokenizer tokenizer = Tokenizer.open(folder("byte-fallback"))) {
            int[] ids = tokenizer.encode("xϧЌʚ", SpecialTokens.EXCLUDED).ids();
            TokenStream stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                text.append(stream.accept(id));
            }
            assertThat(text.append(stream.finish())).hasToString("xϧЌʚ");
            assertThat(DecodedTokens.of(tokenizer, ids).text()).isEqualTo("xϧЌʚ");
        }
    }

    @Test
    void windowsLineEndsAreLineEnds() {
        assertThat(rendered("crlf-template", HI)).isEqualTo("<|user|>hi<|end_of_turn|>\n<|assistant|>");
    }

    @Test
    void aStatementThatFewTemplatesUseIsKnown() {
        assertThat(rendered("template-statement", HI)).isEqualTo("{{ <|user|>hi<|end_of_turn|><|assistant|>");
    }

    @Test
    void argumentsOfToolCallsThatComeAsTextAreObjects() {
        ChatMessage call = new ChatMessage(
                "assistant",
                null,
                Map.of("tool_calls", List.of(Map.of("function", Map.of("name", "f", "arguments", "{\"a\": 1}")))));
        assertThat(rendered("tool-arguments", List.of(call)))
                .isEqualTo("{\"name\": \"f\", \"parameters\": {\"a\": 1}}");
    }

    @Test
    void onlyTheFirstPieceOfATextGetsASpaceWhereTheFileSaysFirst() {
        Encoding chat = chat("metaspace-first", "hi");
        try (Tokenizer tokenizer = Tokenizer.open(folder("metaspace-first"))) {
            int[] ids = chat.ids();
            int end = Objects.requireNonNull(tokenizer.specialTokens().get("</s>"));
            int at = Arrays.stream(ids).boxed().toList().indexOf(end);
            assertThat(ids[at]).isEqualTo(2);
            assertThat(ids[at + 1]).isEqualTo(13);
            assertThat(ids)
                    .isEqualTo(tokenizer
                            .encode(chat.text(), SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL)
                            .ids());
        }
    }

    @Test
    void aTokenThatStripsTakesInTheSpaceAroundItAlsoWhereAUserMayNotWriteIt() {
        Encoding chat = chat("stripping-token", "a <|end_of_turn|> b ");
        // The space that the user wrote before the template's token goes with it, as Hugging Face reads the whole text.
        assertThat(chat.ids()).startsWith(258, 'a', ' ', '<', '|').endsWith(' ', 'b', 260, 259);
        assertThat(chat.ends()[chat.size() - 2] - chat.starts()[chat.size() - 2])
                .isEqualTo(1 + "<|end_of_turn|>".length());
        assertThat(chat.ids()).doesNotContain(261);
    }

    private static String rendered(String folder, List<ChatMessage> messages) {
        return ChatTemplate.open(folder(folder)).render(messages, PROMPT);
    }

    private static Encoding chat(String folder, String content) {
        try (Tokenizer tokenizer = Tokenizer.open(folder(folder))) {
            return new ChatEncoder(tokenizer, ChatTemplate.open(folder(folder)))
                    .encodeChat(List.of(new ChatMessage("user", content)), PROMPT);
        }
    }
}
