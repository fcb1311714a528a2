package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids of texts and chats against what transformers wrote into token-ids.json (see token_ids.py). */
class TokenIdsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    Path temp;

    private static JsonNode recorded() throws IOException {
        try (InputStream in = TokenIdsTest.class.getResourceAsStream("token-ids.json")) {
            return MAPPER.readTree(Objects.requireNonNull(in));
        }
    }

    static Stream<String> real() throws IOException {
        return names("real");
    }

    static Stream<String> varied() throws IOException {
        return names("varied");
    }

    private static Stream<String> names(String kind) throws IOException {
        return recorded().path(kind).propertyStream().map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("real")
    void realTokenizersGiveTheIdsOfTransformers(String name) throws IOException {
        Path installed = TestModels.real(name);
        for (String file : List.of(Tokenizer.FILE, TokenizerConfig.FILE)) {
            Files.createSymbolicLink(temp.resolve(file), installed.resolve(file).toAbsolutePath());
        }
        givesTheIds(recorded().path("real").path(name));
    }

    @ParameterizedTest
    @MethodSource("varied")
    void whatTheFilesBesideATokenizerSayCounts(String name) throws IOException {
        JsonNode varied = recorded().path("varied").path(name);
        ObjectNode tokenizer = recorded().path("tiny").deepCopy();
        tokenizer.setAll((ObjectNode) varied.path("changes"));
        Files.writeString(temp.resolve(Tokenizer.FILE), tokenizer.toString());
        for (var file : varied.path("files").properties()) {
            Files.writeString(temp.resolve(file.getKey()), file.getValue().toString());
        }
        givesTheIds(varied);
    }

    private void givesTheIds(JsonNode expected) throws IOException {
        if (expected.path("template").isTextual()) {
            Files.writeString(
                    temp.resolve(TemplateFiles.FILE), expected.path("template").textValue());
        }
        JsonNode input = recorded().path("input");
        try (Tokenizer tokenizer = Tokenizer.open(temp)) {
            for (int i = 0; i < input.path("texts").size(); i++) {
                String text = input.path("texts").path(i).textValue();
                assertThat(tokenizer.encode(text, SpecialTokens.INCLUDED).ids())
                        .as("'%s'", text)
                        .isEqualTo(ids(expected.path("texts").path(i)));
                assertThat(tokenizer.encode(text, SpecialTokens.EXCLUDED).ids())
                        .as("'%s' without special tokens", text)
                        .isEqualTo(ids(expected.path("without").path(i)));
            }
            ChatEncoder chats = new ChatEncoder(tokenizer, ChatTemplate.open(temp));
            for (int i = 0; i < input.path("chats").size(); i++) {
                List<ChatMessage> messages = new ArrayList<>();
                for (JsonNode message : input.path("chats").path(i)) {
                    messages.add(new ChatMessage(
                            message.path("role").textValue(),
                            message.path("content").textValue()));
                }
                for (ControlTokens spelledOut : ControlTokens.values()) {
                    assertThat(chats.encodeChat(messages, Map.of("add_generation_prompt", true), spelledOut)
                                    .ids())
                            .as("chat %d, %s", i, spelledOut)
                            .isEqualTo(ids(expected.path("chats").path(i)));
                }
            }
        }
    }

    private static int[] ids(JsonNode array) {
        return MAPPER.convertValue(array, int[].class);
    }
}
