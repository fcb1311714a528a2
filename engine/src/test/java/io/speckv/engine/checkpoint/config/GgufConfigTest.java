package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.WrittenGguf;
import io.speckv.gguf.GgufException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What files may say beside what the converter wrote for the families of GgufModelTest, and what is said of what they
 * must not.
 */
class GgufConfigTest {
    private static final String PART = "blk.0.";

    @TempDir
    Path temp;

    private ModelConfig read(WrittenGguf written) {
        return written.config(temp);
    }

    private static WrittenGguf llama() {
        return WrittenGguf.keysOf("llama");
    }

    @Test
    void keysAreTheShape() {
        assertThat(read(llama()).shape())
                .isEqualTo(ModelShape.uniform(
                        Architecture.LLAMA, 8, 32, 32, 1, 2, 1, 16, 0.25, Rope.plain(10_000), 64, true));
    }

    @Test
    void whatIsUnsaidIsWhatLlamaCppTakesForIt() {
        ModelShape shape = read(llama().without("*.attention.head_count_kv")).shape();
        assertThat(shape.kvHeads()).isEqualTo(2);
        assertThat(read(WrittenGguf.keysOf("smollm3")).shape().layer(0).rope().theta())
                .isEqualTo(2_000_000);
    }

    @Test
    void headsMayBeWiderThanTheirShareOfTheEmbedding() {
        ModelShape shape = read(llama().put("*.attention.key_length", 24).put("*.attention.value_length", 24))
                .shape();
        assertThat(shape.headDim()).isEqualTo(24);
        assertThat(shape.rope().share()).isEqualTo(1);
    }

    @Test
    void theVocabularyIsAsLargeAsTheEmbedding() {
        assertThat(read(llama().counting("token_embd.weight", 5, 32)).shape().vocabSize())
                .isEqualTo(5);
    }

    @Test
    void anOutputOfItsOwnIsNotTheEmbedding() {
        assertThat(read(llama().counting("output.weight", 8, 32)).shape().tiedEmbeddings())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            attn_q.bias      | true  | false | false
            attn_qkv.bias    | true  | false | false
            attn_output.bias | false | true  | false
            ffn_down.bias    | false | false | true
            """)
    void biasesAreThoseThatTheFileStores(String bias, boolean queries, boolean output, boolean mlp) {
        assertThat(read(llama().counting(PART + bias, 32)).shape().biases())
                .isEqualTo(new Biases(queries, output, mlp));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            general.architecture           | mamba  | key general.architecture as one of gemma3, llama, phi3, qwen2, qwen3, smollm3, found mamba
            general.architecture           |        | key general.architecture with a text, found none of this name
            *.attn_logit_softcapping       | 30.5   | key llama.attn_logit_softcapping as 0, as attention and logits are not capped, found 30.5
            *.final_logit_softcapping      | 30.5   | key llama.final_logit_softcapping as 0
            *.expert_count                 | 8      | key llama.expert_count as 0, as mixtures of experts are not supported, found 8
            *.embedding_scale              | 12.5   | key llama.embedding_scale as 1, as nothing else is supported, found 12.5
            *.residual_scale               | 0.5    | key llama.residual_scale as 1
            *.logit_scale                  | 16     | key llama.logit_scale as 1
            *.attention.scale              | 0.5    | key llama.attention.scale as 1
            *.embedding_length             |        | key llama.embedding_length with a whole number, found none of this name
            *.attention.head_count         |        | key llama.attention.head_count with a whole number
            *.feed_forward_length          |        | key llama.feed_forward_length with a whole number
            *.context_length               |        | key llama.context_length with a whole number
            *.block_count                  | 0      | key llama.block_count as 1 to 2048, found 0
            *.block_count                  | 2049   | key llama.block_count as 1 to 2048, found 2049
            *.attention.value_length       | 8      | key llama.attention.value_length as the length of keys, 16, found 8
            *.attention.layer_norm_rms_epsilon | | key llama.attention.layer_norm_rms_epsilon as a positive number, found nothing
            *.rope.dimension_count         | 18     | key llama.rope.dimension_count as at most the length of keys, 16, found 18
            *.rope.scaling.type            | mrope  | key llama.rope.scaling.type as "none", "linear" or "yarn", found mrope
            """)
    void aKeyThatIsNotFollowedIsNamed(String key, @Nullable String value, String message) {
        WrittenGguf written = llama().without(key);
        if (value != null) {
            written.putText(key, value);
        }
        assertThatThrownBy(() -> read(written))
                .isInstanceOf(GgufException.class)
                .hasMessageStartingWith(temp.resolve("model.gguf") + ": expected " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *.attention.head_count    | 0   | num_attention_heads must be positive, was 0
            *.attention.head_count    | 33  | head_dim must be positive, was 0
            *.attention.head_count_kv | 3   | num_attention_heads must be a multiple of num_key_value_heads, was 2 and 3
            *.attention.layer_norm_rms_epsilon | 0 | rms_norm_eps must be positive
            *.rope.freq_base          | 0   | rope_theta must be positive
            *.rope.scaling.factor     | 0.5 | rope_scaling.factor must be at least 1, was 0.5
            """)
    void sizesThatDoNotFitTogetherAreNamed(String key, String value, String message) {
        assertThatThrownBy(() -> read(llama().putText(key, value)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(temp.resolve("model.gguf") + ": expected a consistent model shape, found ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *.attn_logit_softcapping | 0.0
            *.expert_count           | 0
            *.embedding_scale        | 1.0
            *.logit_scale            | 0.0
            *.attention.scale        | 1
            """)
    void aKeyThatChangesNothingMayBeThere(String key, String value) {
        assertThat(read(llama().putText(key, value)).shape())
                .isEqualTo(read(llama()).shape());
    }

    /** A layer is {@code f} if it sees everything and {@code s} if it sees a window, large if it rotates nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            llama   | sliding_window=16                            | ffffffff
            gemma3  | sliding_window=16                            | sssssfss
            gemma3  | sliding_window=16 sliding_window_pattern=2   | sfsfsfsf
            gemma3  | sliding_window=16 sliding_window_pattern=0   | ssssssss
            phi3    | sliding_window=16                            | ssssssss
            phi3    | sliding_window=64                            | ffffffff
            phi3    | sliding_window=0                             | ffffffff
            smollm3 | sliding_window=0                             | fffFfffF
            """)
    void layersAreOfTheFamilysKinds(String architecture, String keys, String layers) {
        WrittenGguf written =
                WrittenGguf.keysOf(architecture).put("*.block_count", 8).putTexts("*.attention.", keys);
        assertThat(read(written).shape().layerShapes().stream()
                        .map(layer -> {
                            String kind = layer.window() == LayerShape.NO_WINDOW ? "f" : "s";
                            return layer.rope().equals(Rope.NONE) ? kind.toUpperCase(Locale.ROOT) : kind;
                        })
                        .collect(Collectors.joining()))
                .isEqualTo(layers);
    }

    @Test
    void gemmasLayersWithAWindowHaveABaseOfTheirOwn() {
        WrittenGguf gemma = WrittenGguf.keysOf("gemma3").put("*.block_count", 6);
        assertThat(read(gemma.put("*.attention.sliding_window", 16)).shape().layer(0))
                .isEqualTo(new LayerShape(16, Rope.plain(10_000)));
        assertThat(read(gemma.put("*.rope.freq_base_swa", 500)).shape().layer(0).rope())
                .isEqualTo(Rope.plain(500));
        assertThat(read(gemma).shape().layer(5).rope()).isEqualTo(Rope.plain(1_000_000));
        assertThat(read(gemma.put("*.attention.sliding_window", 64)).shape().layer(0))
                .as("a window as wide as the context hides nothing")
                .isEqualTo(new LayerShape(LayerShape.NO_WINDOW, Rope.plain(500)));
    }

    /** llama.cpp tells layers with a window from others only where there is a window. */
    @Test
    void aGemmaWithoutAWindowRotatesAllLayersAlike() {
        assertThat(read(WrittenGguf.keysOf("gemma3").put("*.block_count", 2))
                        .shape()
                        .layerShapes())
                .containsOnly(new LayerShape(LayerShape.NO_WINDOW, Rope.plain(1_000_000)));
    }

    @Test
    void onlyTheLargestGemmaScalesAttentionByItsEmbedding() {
        WrittenGguf gemma =
                WrittenGguf.keysOf("gemma3").put("*.attention.key_length", 64).put("*.attention.value_length", 64);
        assertThat(read(gemma).shape().attentionScale()).isEqualTo(1.0 / 8);
        assertThat(read(gemma.put("*.block_count", 62)).shape().attentionScale())
                .isEqualTo(1.0 / 4);
        assertThatThrownBy(() -> read(gemma.put("*.attention.head_count", 0)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("num_attention_heads must be positive, was 0");
    }

    @Test
    void endsOfATextHaveKeysOrAreKnownByTheirText() {
        List<String> tokens = List.of("a", "<|im_end|>", "<|eot_id|>", "</s>", "b");
        WrittenGguf written = llama().put("tokenizer.ggml.tokens", tokens);
        assertThat(read(written).endTokens()).isEmpty();
        assertThat(read(written.put("tokenizer.ggml.eos_token_id", 3)).endTokens())
                .containsExactly(3);
        assertThat(read(written.put("tokenizer.ggml.eot_token_id", 2).put("tokenizer.ggml.eom_token_id", 0))
                        .endTokens())
                .containsExactlyInAnyOrder(0, 2, 3);
        assertThat(read(llama().put("tokenizer.ggml.tokens", tokens)
                                .put("tokenizer.ggml.token_type", List.of(1, 3, 1, 3, 3)))
                        .endTokens())
                .as("control tokens alone, of known texts alone")
                .containsExactly(1);
    }

    @Test
    void anEndBeyondTheVocabularyIsNone() {
        assertThat(read(llama().put("tokenizer.ggml.eos_token_id", 8)).endTokens())
                .isEmpty();
    }
}
