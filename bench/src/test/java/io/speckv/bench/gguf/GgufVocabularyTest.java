package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a model of 264 tokens, 256 bytes and 8 control tokens, whose answers end with token 257. */
class GgufVocabularyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path MODEL =
            Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target");
    private static final int SIZE = 264;

    @TempDir
    Path folder;

    @BeforeEach
    void copyTheModel() throws IOException {
        for (String file : List.of("config.json", "generation_config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(MODEL.resolve(file), folder.resolve(file));
        }
    }

    private void tokenizer(Consumer<ObjectNode> change) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(tokenizer);
        JSON.writeValue(file.toFile(), tokenizer);
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), json);
    }

    private GgufVocabulary read() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return GgufVocabulary.read(checkpoint);
        }
    }

    @Test
    void tokensStandAtTheirIdsWithTheirTypes() throws IOException {
        GgufVocabulary vocabulary = read();
        assertThat(vocabulary.tokens()).hasSize(SIZE).doesNotHaveDuplicates();
        assertThat(vocabulary.tokens().get('a')).isEqualTo("a");
        assertThat(vocabulary.tokens().get(' ')).as("as GPT-2 writes it").isEqualTo("\u0120");
        assertThat(vocabulary.tokens().get(258)).isEqualTo("<|user|>");
        assertThat(vocabulary.types()[255]).isEqualTo(GgufVocabulary.NORMAL);
        assertThat(vocabulary.types()[256]).isEqualTo(GgufVocabulary.CONTROL);
        assertThat(vocabulary.endToken()).isEqualTo(257);
        assertThat(vocabulary.chatTemplate()).isEmpty();
    }

    @Test
    void anAddedTokenThatIsNotSpecialIsTheUsers() throws IOException {
        tokenizer(json -> ((ObjectNode) json.path("added_tokens").path(7)).put("special", false));
        assertThat(read().types()[263]).isEqualTo(GgufVocabulary.USER_DEFINED);
    }

    @Test
    void idsThatNoTokenHasAreFilledAndUnused() throws IOException {
        tokenizer(json -> ((ArrayNode) json.path("added_tokens")).remove(6));
        GgufVocabulary vocabulary = read();
        assertThat(vocabulary.tokens().get(262)).isEqualTo("[PAD262]");
        assertThat(vocabulary.types()[262]).isEqualTo(GgufVocabulary.UNUSED);
    }

    @Test
    void mergesAreReadInBothOfTheirSpellings() throws IOException {
        tokenizer(json -> {
            ArrayNode merges = ((ObjectNode) json.path("model")).putArray("merges");
            merges.add("a b").addArray().add("c").add("d e");
        });
        assertThat(read().merges()).containsExactly("a b", "c d e");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        {"eos_token": "<|end_of_turn|>"}                             § 260
        {"eos_token": {"content": "<|end_of_turn|>", "lstrip": true}} § 260
        {"eos_token": "<|nobody|>"}                                  § 257
        {"eos_token": null}                                          § 257
        {}                                                           § 257
        """)
    void theTokenizersOwnEndComesBeforeTheModels(String config, int end) throws IOException {
        config(config);
        assertThat(read().endToken()).isEqualTo(end);
    }

    @Test
    void theChatTemplateIsTheOneInTheConfig() throws IOException {
        config("{\"chat_template\": \"{{ messages }}\"}");
        assertThat(read().chatTemplate()).contains("{{ messages }}");
        config("{\"chat_template\": [{\"name\": \"default\", \"template\": \"x\"}]}");
        assertThat(read().chatTemplate()).as("several are none").isEmpty();
    }

    @Test
    void otherKindsOfTokenizersAreRefused() throws IOException {
        tokenizer(json -> ((ObjectNode) json.path("model")).put("type", "Unigram"));
        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .withMessage(folder + " has no byte-level BPE, which is the one kind that is written");
        tokenizer(json -> ((ObjectNode) json.path("model")).put("type", "BPE").put("byte_fallback", true));
        assertThatIllegalArgumentException().isThrownBy(this::read);
    }

    @Test
    void aTokenizerWithTokensThatTheModelLacksIsRefused() throws IOException {
        tokenizer(json -> ((ObjectNode) json.path("added_tokens").path(7)).put("id", SIZE));
        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .withMessage(folder + " has the token 264, the model has 264 tokens: give it its own tokenizer");
    }

    @Test
    void aMissingTokenizerIsNamed() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("tokenizer.json");
    }

    @Test
    void aMadeUpVocabularyHasTheModelsSizeAndEnd() {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            GgufVocabulary vocabulary = GgufVocabulary.madeUp(checkpoint);
            assertThat(vocabulary.tokens())
                    .hasSize(SIZE)
                    .startsWith("<0>", "<1>")
                    .endsWith("<263>");
            assertThat(vocabulary.types()).hasSize(SIZE).containsOnly(GgufVocabulary.NORMAL);
            assertThat(vocabulary.merges()).isEmpty();
            assertThat(vocabulary.endToken()).isEqualTo(257);
        }
    }

    @Test
    void aFilesHeaderSaysItAll() throws IOException {
        config("{\"chat_template\": \"{{ messages }}\"}");
        GgufHeader header = new GgufHeader();
        read().put(header, Architecture.LLAMA);
        GgufFile file = GgufFile.read(Files.write(folder.resolve("v.gguf"), header.bytes(List.of())));

        assertThat(file.metadata)
                .containsEntry("tokenizer.ggml.model", "gpt2")
                .containsEntry("tokenizer.ggml.pre", "llama-bpe")
                .containsEntry("tokenizer.ggml.merges", List.of())
                .containsEntry("tokenizer.ggml.eos_token_id", 257)
                .containsEntry("tokenizer.ggml.bos_token_id", 257)
                .containsEntry("tokenizer.ggml.add_bos_token", false)
                .containsEntry("tokenizer.chat_template", "{{ messages }}");
        GgufHeader qwen = new GgufHeader();
        read().put(qwen, Architecture.QWEN2);
        assertThat(GgufFile.read(Files.write(folder.resolve("q.gguf"), qwen.bytes(List.of()))).metadata)
                .containsEntry("tokenizer.ggml.pre", "qwen2");
    }
}
