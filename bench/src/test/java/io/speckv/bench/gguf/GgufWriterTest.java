package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.WeightType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
    private static final int HIDDEN = 64;

    @TempDir
    Path folder;

    @Test
    void describesTheModelInTheKeysOfItsArchitecture() throws IOException {
        GgufFile file = write("llama-target", GgufType.F32);

        assertThat(file.metadata)
                .containsEntry("general.architecture", "llama")
                .containsEntry("general.file_type", 0)
                .containsEntry("llama.block_count", 3)
                .containsEntry("llama.embedding_length", HIDDEN)
                .containsEntry("llama.feed_forward_length", 160)
                .containsEntry("llama.attention.head_count", 4)
                .containsEntry("llama.attention.head_count_kv", 2)
                .containsEntry("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .containsEntry("llama.rope.freq_base", 10_000f)
                .containsEntry("tokenizer.ggml.eos_token_id", 257);
        assertThat(file.metadata.get("tokenizer.ggml.tokens"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(264)
                .doesNotHaveDuplicates();
    }

    @Test
    void holdsEveryTensorInTheSameNumbers() throws IOException {
        GgufFile file = write("qwen2-target", GgufType.F32);

        assertThat(file.tensor("token_embd.weight").sizes().get(0)).isEqualTo(HIDDEN);
        assertSameNumbers(file, "token_embd.weight", "qwen2-target", "model.embed_tokens.weight");
        assertSameNumbers(file, "blk.1.attn_q.weight", "qwen2-target", "model.layers.1.self_attn.q_proj.weight");
        assertSameNumbers(file, "blk.1.attn_q.bias", "qwen2-target", "model.layers.1.self_attn.q_proj.bias");
        assertSameNumbers(file, "blk.0.ffn_down.weight", "qwen2-target", "model.layers.0.mlp.down_proj.weight");
        assertSameNumbers(file, "output_norm.weight", "qwen2-target", "model.norm.weight");
    }

    @Test
    void bringsChannelsThatLlamaRotatesTogetherSideBySide() throws IOException {
        GgufFile file = write("llama-target", GgufType.F32);
        float[] query = numbers("llama-target", "model.layers.2.self_attn.q_proj.weight");
        int headDim = 16;
        int secondHead = headDim;

        assertThat(row(file, "blk.2.attn_q.weight", secondHead)).containsExactly(row(query, secondHead));
        assertThat(row(file, "blk.2.attn_q.weight", secondHead + 1)).containsExactly(row(query, secondHead + 8));
        assertThat(row(file, "blk.2.attn_q.weight", secondHead + 14)).containsExactly(row(query, secondHead + 7));
        assertSameNumbers(file, "blk.2.attn_v.weight", "llama-target", "model.layers.2.self_attn.v_proj.weight");
    }

    @Test
    void writesBlocksOfBytesThatMultiplyBackToTheNumbers() throws IOException {
        GgufFile file = write("qwen2-target", GgufType.Q8_0);
        float[] exact = numbers("qwen2-target", "model.layers.1.mlp.up_proj.weight");
        ByteBuffer data = file.data("blk.1.ffn_up.weight");

        assertThat(file.tensor("blk.1.ffn_up.weight").type()).isEqualTo(8);
        assertThat(file.tensor("blk.1.ffn_norm.weight").type()).isZero();
        for (int block = 0; block < exact.length / 32; block++) {
            float scale = WeightType.F16.get(data, block * 34);
            for (int i = 0; i < 32; i++) {
                assertThat(scale * data.get(block * 34 + 2 + i)).isCloseTo(exact[block * 32 + i], within(scale * 0.6f));
            }
        }
    }

    @Test
    void writesBf16AndAlignsEveryTensor() throws IOException {
        GgufFile file = write("qwen2-target", GgufType.BF16);
        float[] exact = numbers("qwen2-target", "model.layers.0.self_attn.o_proj.weight");
        ByteBuffer data = file.data("blk.0.attn_output.weight");

        for (int i = 0; i < exact.length; i++) {
            assertThat(WeightType.BF16.get(data, i * 2)).isCloseTo(exact[i], within(Math.abs(exact[i]) / 256 + 1e-9f));
        }
        assertThat(file.tensors().values()).allMatch(tensor -> tensor.offset() % 32 == 0);
        assertThat(file.fileBytes() % 32).isZero();
    }

    @Test
    void carriesLlama3RopeScalingAsFactorsOfTheWavelengths() throws IOException {
        GgufFile file = write("llama-scaled-rope-target", GgufType.F32);
        int pairs = Math.toIntExact(file.tensor("rope_freqs.weight").sizes().get(0));
        float[] factors = file.floats("rope_freqs.weight", 0, pairs);

        assertThat(factors[0]).isEqualTo(1);
        assertThat(factors[pairs - 1]).isGreaterThan(1);
        assertThat(write("llama-target", GgufType.F32).tensors()).doesNotContainKey("rope_freqs.weight");
    }

    @Test
    void carriesTheFoldersOwnTokenizerForAServer() throws IOException {
        Path model = Path.of(System.getProperty("speckv.golden"))
                .resolveSibling("models")
                .resolve("speckv-tiny-target");
        Path written = folder.resolve("tiny.gguf");
        GgufWriter.writeWithTokenizer(model, GgufType.F32, written);
        GgufFile file = GgufFile.read(written);

        assertThat(file.metadata)
                .containsEntry("tokenizer.ggml.pre", "qwen2")
                .containsEntry("tokenizer.ggml.add_bos_token", false)
                .containsEntry("tokenizer.ggml.eos_token_id", 2557)
                .containsKey("tokenizer.chat_template");
        List<?> tokens = (List<?>) Objects.requireNonNull(file.metadata.get("tokenizer.ggml.tokens"));
        List<?> types = (List<?>) Objects.requireNonNull(file.metadata.get("tokenizer.ggml.token_type"));
        List<?> merges = (List<?>) Objects.requireNonNull(file.metadata.get("tokenizer.ggml.merges"));
        assertThat(tokens).hasSize(2560).doesNotHaveDuplicates();
        assertThat(tokens.get(2557)).isEqualTo("<|endoftext|>");
        assertThat(types.get(2557)).isEqualTo(3);
        assertThat(types.get(1915)).isEqualTo(1);
        assertThat(merges).hasSizeGreaterThan(2000).allMatch(merge -> ((String) merge).split(" ", -1).length == 2);
    }

    @Test
    void refusesRowsThatDoNotDivideIntoBlocks() {
        assertThatThrownBy(() -> new GgufTensor("blk.0.ffn_up.weight", GgufType.Q8_0, 2, 4, 48, (row, into) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blk.0.ffn_up.weight has rows of 48 numbers")
                .hasMessageContaining("32");
    }

    private GgufFile write(String model, GgufType type) throws IOException {
        Path file = folder.resolve(model + ".gguf");
        GgufWriter.write(golden(model), type, file);
        return GgufFile.read(file);
    }

    private static void assertSameNumbers(GgufFile file, String name, String model, String source) {
        float[] expected = numbers(model, source);
        assertThat(file.floats(name, 0, expected.length)).as(name).containsExactly(expected);
    }

    private static float[] numbers(String model, String name) {
        try (Checkpoint checkpoint = Checkpoint.open(golden(model))) {
            TensorEntry entry = checkpoint.tensor(name);
            ByteBuffer bytes = checkpoint.bytes(entry);
            float[] numbers = new float[bytes.remaining() / entry.type().bytes()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = entry.type().get(bytes, i * entry.type().bytes());
            }
            return numbers;
        }
    }

    private static float[] row(GgufFile file, String name, int row) {
        return file.floats(name, row * HIDDEN, HIDDEN);
    }

    private static float[] row(float[] matrix, int row) {
        return Arrays.copyOfRange(matrix, row * HIDDEN, (row + 1) * HIDDEN);
    }

    private static Path golden(String model) {
        return Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")), "models", model);
    }
}
