package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts and chats for small real models, folders and GGUF files, against transformers: {@code golden/real/models}. */
class RealModelTokensTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String JSON = ".json";

    static Stream<String> recorded() throws IOException {
        try (Stream<Path> files = Files.list(TestModels.golden("real/models"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void textsAndChatsHaveTheIdsOfTransformers(String file) throws IOException {
        String name = file.substring(0, file.length() - JSON.length());
        Path target = TestModels.golden("target");
        Path model = Stream.of(target.resolve(name), target.resolve(name + ".gguf"))
                .filter(Files::exists)
                .findFirst()
                .orElse(target);
        assumeTrue(!model.equals(target), "golden/real/fetch makes the models of this test; it needs Python 3");
        JsonNode golden =
                MAPPER.readTree(TestModels.golden("real/models").resolve(file).toFile());
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (JsonNode text : golden.get("texts")) {
                String written = text.get("text").textValue();
                assertThat(tokenizer.encode(written, SpecialTokens.INCLUDED).ids())
                        .as("'%s'", written)
                        .isEqualTo(ids(text.get("ids")));
                assertThat(tokenizer.encode(written, SpecialTokens.EXCLUDED).ids())
                        .as("'%s' without special tokens", written)
                        .isEqualTo(ids(text.get("without")));
            }
            if (golden.get("chats").isEmpty()) {
                assertThat(ChatTemplate.isIn(model)).isFalse();
                return;
            }
            ChatEncoder encoder = new ChatEncoder(tokenizer, ChatTemplate.open(model));
            for (JsonNode chat : golden.get("chats")) {
                if (losesACall(chat, tokenizer.decode(ids(chat.get("ids")), SpecialTokens.INCLUDED))) {
                    assertThatThrownBy(() -> encoder.encodeChat(messages(chat), variables(chat)))
                            .as("%s", chat.get("messages"))
                            .hasMessageContaining("calls a tool, which the chat template does not lay out");
                    continue;
                }
                assertThat(encoder.encodeChat(messages(chat), variables(chat)).ids())
                        .as("%s", chat.get("messages"))
                        .isEqualTo(ids(chat.get("ids")));
            }
        }
    }

    /** Whether transformers leaves a call out of the prompt without a word, as it does with templates that know no tools. */
    private static boolean losesACall(JsonNode chat, String laidOut) {
        return chat.findValues("tool_calls").stream()
                .flatMap(calls -> calls.findValuesAsText("name").stream())
                .anyMatch(name -> !laidOut.contains(name));
    }

    private static List<ChatMessage> messages(JsonNode chat) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : chat.get("messages")) {
            Map<String, Object> attributes = MAPPER.convertValue(message, new TypeReference<Map<String, Object>>() {});
            attributes.keySet().removeAll(List.of("role", "content"));
            messages.add(new ChatMessage(
                    message.get("role").textValue(), message.get("content").textValue(), attributes));
        }
        return messages;
    }

    private static Map<String, Object> variables(JsonNode chat) {
        Map<String, Object> variables = new HashMap<>(Map.of("add_generation_prompt", true));
        if (chat.has("tools")) {
            variables.put("tools", MAPPER.convertValue(chat.get("tools"), new TypeReference<List<Object>>() {}));
        }
        return variables;
    }

    private static int[] ids(JsonNode array) {
        return MAPPER.convertValue(array, int[].class);
    }
}
