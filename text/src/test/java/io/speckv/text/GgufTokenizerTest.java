package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link GgufTokenizer} makes of the keys that llama.cpp's converter writes, and which of them it refuses. */
class GgufTokenizerTest {
    private static final String KEYS = "tokenizer.ggml.";
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int BYTE = 6;

    @TempDir
    Path temp;

    private Path write(Map<String, Object> values) throws IOException {
        return MetadataOfGguf.write(temp.resolve("model.gguf"), values);
    }

    private static Map<String, Object> keys(Object... keysAndValues) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String key = (String) keysAndValues[i];
            keys.put(key.startsWith("tokenizer.") ? key : KEYS + key, keysAndValues[i + 1]);
        }
        return keys;
    }

    /** The bundled draft's tokenizer.json, as llama.cpp's converter writes it. */
    private static Map<String, Object> bundled() {
        TokenizerFile file = TokenizerFile.read(TestModels.bundledDraft());
        JsonNode model;
        try {
            model = TokenizerFile.MAPPER.readTree(file.model());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<Integer, String> tokens = new TreeMap<>();
        model.path("vocab")
                .properties()
                .forEach(token -> tokens.put(token.getValue().intValue(), token.getKey()));
        List<Integer> types = new ArrayList<>(Collections.nCopies(tokens.size(), NORMAL));
        for (JsonNode added : file.addedTokens()) {
            tokens.put(added.path("id").intValue(), added.path("content").asText());
            types.add(CONTROL);
        }
        List<String> merges = new ArrayList<>();
        model.path("merges").forEach(merge -> merges.add(merge.asText()));
        return keys(
                "model",
                "gpt2",
                "pre",
                "qwen2",
                "tokens",
                List.copyOf(tokens.values()),
                "token_type",
                types,
                "merges",
                merges);
    }

    @Test
    void aByteLevelVocabularyEncodesAndDecodesAsItsTokenizerJsonDoes() throws IOException {
        Path file = write(bundled());
        Random random = new Random(8);
        try (Tokenizer ofJson = Tokenizer.open(TestModels.bundledDraft());
                Tokenizer ofGguf = Tokenizer.open(file)) {
            assertThat(ofGguf.vocabSize()).isEqualTo(ofJson.vocabSize());
            for (TextsOfEveryKind kind : TextsOfEveryKind.values()) {
                String text = "It's 2026,\n\n  <|im_start|>Größe🙂" + kind.text(300, random);
                for (ControlTokens spelledOut : ControlTokens.values()) {
                    assertThat(ofGguf.encode(text, SpecialTokens.EXCLUDED, spelledOut)
                                    .ids())
                            .as("%s %s", kind, spelledOut)
                            .isEqualTo(ofJson.encode(text, SpecialTokens.EXCLUDED, spelledOut)
                                    .ids());
                }
                int[] ids = ofGguf.encode(text, SpecialTokens.EXCLUDED).ids();
                assertThat(ofGguf.decode(ids, SpecialTokens.INCLUDED))
                        .isEqualTo(ofJson.decode(ids, SpecialTokens.INCLUDED));
            }
        }
    }

    @Test
    void aVocabularyOfScoresJoinsTheNeighboursOfTheHighestScoreFirst() throws IOException {
        Random random = new Random(9);
        for (int i = 0; i < 20; i++) {
            Map<String, Float> scored = new LinkedHashMap<>();
            for (String one : List.of("▁", "a", "b", "c")) {
                scored.put(one, -100f - scored.size());
            }
            List<String> known = new ArrayList<>(scored.keySet());
            for (int j = 0; j < 12; j++) {
                String joined = known.get(random.nextInt(known.size())) + known.get(random.nextInt(known.size()));
                if (scored.putIfAbsent(joined, -(float) random.nextInt(1000) - j / 16f) == null) {
                    known.add(joined);
                }
            }
            List<String> tokens = new ArrayList<>(List.of("<unk>"));
            List<Float> scores = new ArrayList<>(List.of(0f));
            List<Integer> types = new ArrayList<>(List.of(2));
            scored.forEach((token, score) -> {
                tokens.add(token);
                scores.add(score);
                types.add(NORMAL);
            });
            for (int b = 0; b < 256; b++) {
                tokens.add(String.format("<0x%02X>", b));
                scores.add(0f);
                types.add(BYTE);
            }
            Path file = write(keys(
                    "model", "llama", "tokens", tokens, "scores", scores, "token_type", types, "unknown_token_id", 0));
            try (Tokenizer tokenizer = Tokenizer.open(file)) {
                for (int j = 0; j < 50; j++) {
                    StringBuilder text = new StringBuilder();
                    for (int k = 1 + random.nextInt(12); k > 0; k--) {
                        text.append(List.of("a", "b", "c", " ", "é").get(random.nextInt(5)));
                    }
                    assertThat(tokenizer
                                    .encode(text.toString(), SpecialTokens.EXCLUDED)
                                    .ids())
                            .as("'%s' by %s", text, scored)
                            .containsExactly(slowly(text.toString(), scored, tokens));
                }
            }
        }
    }

    /** SentencePiece's own rule: of all neighbours join those whose token scores highest, the leftmost of several. */
    private static int[] slowly(String text, Map<String, Float> scored, List<String> tokens) {
        List<String> pieces = new ArrayList<>();
        ("▁" + text.replace(' ', '▁')).codePoints().forEach(c -> pieces.add(Character.toString(c)));
        while (true) {
            int best = -1;
            for (int i = 0; i + 1 < pieces.size(); i++) {
                Float score = scored.get(pieces.get(i) + pieces.get(i + 1));
                if (score != null
                        && (best < 0 || score > scored.getOrDefault(pieces.get(best) + pieces.get(best + 1), 0f))) {
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
        }
        List<Integer> ids = new ArrayList<>();
        for (String piece : pieces) {
            if (scored.containsKey(piece)) {
                ids.add(tokens.indexOf(piece));
            } else {
                for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
                    ids.add(tokens.indexOf(String.format("<0x%02X>", b)));
                }
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void templatesAndNamedTokensAreThoseOfTheFile() throws IOException {
        Map<String, Object> values = bundled();
        values.putAll(
                keys("bos_token_id", 2558, "eos_token_id", 2559, "padding_token_id", 999_999, "add_bos_token", true));
        values.put("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ pad_token }}");
        values.put("tokenizer.chat_templates", List.of("tool_use"));
        values.put("tokenizer.chat_template.tool_use", "with {{ tools|length }}");
        Path file = write(values);
        ChatTemplate template = ChatTemplate.open(file);
        List<ChatMessage> messages = List.of(new ChatMessage("user", "Hi"));

        assertThat(template.render(messages, Map.of()))
                .as("an id beyond the vocabulary names none")
                .isEqualTo("<|im_start|>Hi");
        assertThat(template.render(messages, Map.of("tools", List.of(Map.of()))))
                .isEqualTo("with 1");
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.encode("a", SpecialTokens.INCLUDED).ids())
                    .startsWith(2558)
                    .hasSize(2);
        }
    }

    @ParameterizedTest(name = "{0} = {1}: {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "tokens; []; expected tokenizer.ggml.tokens, found none",
                "token_type; [1]; expected a type for each of the 2560 tokens, found 1",
                "model; bert; expected tokenizer.ggml.model \"gpt2\" or \"llama\", found \"bert\"",
                "model; llama; expected a score for each of the 2560 tokens, found 0",
                "pre; new-one; expected tokenizer.ggml.pre as one of [gpt-2, gpt-4o, llama-bpe, qwen2, smollm, tekken], found \"new-one\"",
                "merges; [ab]; expected merges of two tokens, found \"ab\"",
                "tokens; x; expected key tokenizer.ggml.tokens as a list of texts, found x",
                "token_type; x; expected key tokenizer.ggml.token_type as a list of whole numbers, found x"
            })
    void whatIsNoTokenizerIsRefusedByTheKeyAtFault(String key, String value, String message) throws IOException {
        Map<String, Object> values = bundled();
        values.put(
                KEYS + key,
                switch (value) {
                    case "[]" -> List.of();
                    case "[1]" -> List.of(1);
                    case "[ab]" -> List.of("ab");
                    default -> value;
                });
        Path file = write(values);
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessage(file + ": " + message);
    }

    /** As llama.cpp has it where a file does not say. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "gpt2, qwen2, false, false",
        "gpt2, gpt-2, false, false",
        "gpt2, llama-bpe, true, true",
        "gpt2, tekken, true, true",
        "llama, default, true, false"
    })
    void whetherATextBeginsWithAMarkFollowsFromTheKindOfVocabulary(
            String kind, String pre, boolean marked, boolean wholePieces) throws IOException {
        Map<String, Object> values = keys(
                "model",
                kind,
                "pre",
                pre,
                "tokens",
                List.of("<s>", "a"),
                "scores",
                List.of(0f, 0f),
                "merges",
                List.of());
        GgufTokenizer.Files files = GgufTokenizer.read(write(values));

        assertThat(files.config().path("add_bos_token").booleanValue()).isEqualTo(marked);
        assertThat(TokenizerFile.MAPPER
                        .readTree(files.tokenizer().model())
                        .path("ignore_merges")
                        .asBoolean())
                .isEqualTo(wholePieces);

        values.put(KEYS + "add_bos_token", !marked);
        assertThat(GgufTokenizer.readConfig(write(values)).path("add_bos_token").booleanValue())
                .as("what the file says comes first")
                .isEqualTo(!marked);
    }

    @Test
    void aTemplateWithANameNeedsNoneWithoutOne() throws IOException {
        Map<String, Object> values = bundled();
        values.put("tokenizer.chat_templates", List.of("tool_use"));
        values.put("tokenizer.chat_template.tool_use", "with {{ tools|length }}");
        Path file = write(values);

        assertThat(ChatTemplate.isIn(file)).isTrue();
        assertThat(ChatTemplate.open(file)
                        .render(List.of(new ChatMessage("user", "Hi")), Map.of("tools", List.of(Map.of()))))
                .isEqualTo("with 1");
    }

    @Test
    void aNameWithoutItsTemplateIsRefused() throws IOException {
        Map<String, Object> values = bundled();
        values.put("tokenizer.chat_templates", List.of("rag"));
        Path file = write(values);

        assertThatThrownBy(() -> GgufTokenizer.readConfig(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.chat_template.rag");
    }
}
