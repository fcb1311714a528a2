package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Numbers that {@link GgufWeights} gives by Hugging Face's names and in its order, out of files of one layer.
 * GgufModelTest holds whole models to their folders.
 */
class GgufWeightsTest {
    private static final String ATTENTION = "model.layers.0.self_attn.";

    /** Hugging Face pairs channel 0 of a head of 16 with channel 8, the file with channel 1. */
    private static final int[] OUT_OF_PAIRS = {0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15};

    @TempDir
    Path temp;

    private Checkpoint open(WrittenGguf written) {
        return Checkpoint.open(written.write(temp.resolve("model.gguf")));
    }

    private float[] read(WrittenGguf written, String name) {
        try (Checkpoint checkpoint = open(written)) {
            return Objects.requireNonNull(checkpoint.weights().get(name), name);
        }
    }

    private static WrittenGguf llama() {
        return WrittenGguf.wholeOf("llama");
    }

    private static float[] rows(int columns, IntStream order) {
        float[] numbers = WrittenGguf.counted(64, columns);
        return order.mapToObj(row -> Arrays.copyOfRange(numbers, row * columns, (row + 1) * columns))
                .reduce(new float[0], GgufWeightsTest::joined);
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static IntStream outOfPairs(int heads) {
        return IntStream.range(0, heads)
                .flatMap(head -> Arrays.stream(OUT_OF_PAIRS).map(channel -> head * 16 + channel));
    }

    @Test
    void rowsOfALlamasQueriesAndKeysComeOutOfPairsHeadByHead() {
        assertThat(read(llama(), ATTENTION + "q_proj.weight")).isEqualTo(rows(32, outOfPairs(2)));
        assertThat(read(llama(), ATTENTION + "k_proj.weight")).isEqualTo(rows(32, outOfPairs(1)));
        assertThat(read(llama(), ATTENTION + "v_proj.weight")).isEqualTo(rows(32, IntStream.range(0, 16)));
    }

    @Test
    void soDoTheirBiases() {
        WrittenGguf biased = llama().counting("blk.0.attn_q.bias", 32)
                .counting("blk.0.attn_k.bias", 16)
                .counting("blk.0.attn_v.bias", 16);
        assertThat(read(biased, ATTENTION + "q_proj.bias")).isEqualTo(rows(1, outOfPairs(2)));
        assertThat(read(biased, ATTENTION + "k_proj.bias")).isEqualTo(rows(1, outOfPairs(1)));
        assertThat(read(biased, ATTENTION + "v_proj.bias")).isEqualTo(rows(1, IntStream.range(0, 16)));
    }

    private static WrittenGguf qwen() {
        return WrittenGguf.wholeOf("qwen2")
                .counting("blk.0.attn_q.bias", 32)
                .counting("blk.0.attn_k.bias", 16)
                .counting("blk.0.attn_v.bias", 16);
    }

    @Test
    void otherFamiliesRowsStayInTheirOrder() {
        assertThat(read(qwen(), ATTENTION + "q_proj.weight")).isEqualTo(rows(32, IntStream.range(0, 32)));
        assertThat(read(qwen(), ATTENTION + "k_proj.bias")).isEqualTo(rows(1, IntStream.range(0, 16)));
    }

    private static WrittenGguf gemma() {
        return WrittenGguf.wholeOf("gemma3")
                .counting("blk.0.attn_q_norm.weight", 16)
                .counting("blk.0.attn_k_norm.weight", 16)
                .counting("blk.0.post_attention_norm.weight", 32)
                .counting("blk.0.post_ffw_norm.weight", 32);
    }

    @Test
    void gemmasNormsAreOneLessThanInTheFile() {
        float[] less = WrittenGguf.counted(32);
        for (int i = 0; i < less.length; i++) {
            less[i] -= 1;
        }
        assertThat(read(gemma(), "model.norm.weight")).isEqualTo(less);
        assertThat(read(gemma(), "model.layers.0.post_feedforward_layernorm.weight"))
                .isEqualTo(less);
        assertThat(read(gemma(), "model.layers.0.mlp.up_proj.weight")).isEqualTo(WrittenGguf.counted(32, 32));
    }

    private static WrittenGguf phi() {
        return WrittenGguf.wholeOf("phi3")
                .without("blk.0.attn_q.weight")
                .without("blk.0.attn_k.weight")
                .without("blk.0.attn_v.weight")
                .without("blk.0.ffn_gate.weight")
                .counting("blk.0.attn_qkv.weight", 64, 32)
                .counting("blk.0.attn_qkv.bias", 64)
                .counting("blk.0.ffn_up.weight", 64, 32);
    }

    @Test
    void matricesAndBiasesThatAreStoredAsOneComeApart() {
        assertThat(read(phi(), ATTENTION + "k_proj.weight")).isEqualTo(rows(32, IntStream.range(32, 48)));
        assertThat(read(phi(), ATTENTION + "v_proj.weight")).isEqualTo(rows(32, IntStream.range(48, 64)));
        assertThat(read(phi(), "model.layers.0.mlp.up_proj.weight")).isEqualTo(rows(32, IntStream.range(32, 64)));
        assertThat(read(phi(), ATTENTION + "q_proj.bias")).isEqualTo(rows(1, IntStream.range(0, 32)));
        assertThat(read(phi(), ATTENTION + "k_proj.bias")).isEqualTo(rows(1, IntStream.range(32, 48)));
        assertThat(read(phi(), ATTENTION + "v_proj.bias")).isEqualTo(rows(1, IntStream.range(48, 64)));
    }

    @Test
    void numbersInBlocksAreCodesTimesScales() {
        float[] numbers =
                read(llama().eightBits("blk.0.ffn_up.weight", -2, 32, 32), "model.layers.0.mlp.up_proj.weight");
        assertThat(Arrays.copyOf(numbers, 4)).containsExactly(-1, -0.5f, 0, 0.5f);
        assertThat(numbers[32]).isEqualTo(15);
    }

    static Stream<Arguments> stored() {
        return Stream.of(
                piece("matrix", llama(), "model.layers.0.mlp.up_proj.weight"),
                piece("matrix in pairs", llama(), ATTENTION + "q_proj.weight"),
                piece(
                        "matrix in blocks",
                        llama().eightBits("blk.0.ffn_up.weight", 0, 32, 32),
                        "model.layers.0.mlp.up_proj.weight"),
                piece(
                        "matrix in pairs and blocks",
                        llama().eightBits("blk.0.attn_q.weight", 0, 32, 32),
                        ATTENTION + "q_proj.weight"),
                piece("part of a matrix", phi(), ATTENTION + "v_proj.weight"),
                piece(
                        "part of a matrix in blocks",
                        phi().eightBits("blk.0.attn_qkv.weight", 0, 64, 32),
                        ATTENTION + "k_proj.weight"),
                piece("part of a bias", phi(), ATTENTION + "v_proj.bias"),
                piece("norm around one", gemma(), "model.norm.weight"));
    }

    private static Arguments piece(String what, WrittenGguf written, String tensor) {
        return Arguments.of(what, written, tensor);
    }

    /** However the numbers are asked for, and across the ends of rows. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("stored")
    void piecesAreThoseOfTheWhole(String what, WrittenGguf written, String tensor) {
        try (Checkpoint checkpoint = open(written)) {
            float[] whole = Objects.requireNonNull(checkpoint.weights().get(tensor));
            TensorEntry entry = checkpoint.tensor(tensor);
            for (int length : new int[] {1, 5, whole.length / 2 + 3}) {
                float[] piece = new float[length];
                for (int first = 0; first + length <= whole.length; first += 7) {
                    checkpoint.read(entry, first, piece);
                    assertThat(piece)
                            .as("%s: %d from %d", what, length, first)
                            .isEqualTo(Arrays.copyOfRange(whole, first, first + length));
                }
            }
        }
    }

    @Test
    void plainNumbersAreThereWithoutACopy() {
        try (Checkpoint checkpoint = open(qwen())) {
            var bytes = checkpoint.bytes(checkpoint.tensor("model.layers.0.mlp.up_proj.weight"));
            assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(bytes.isDirect()).isTrue();
            assertThat(bytes.remaining()).isEqualTo(32 * 32 * Float.BYTES);
            assertThat(bytes.getFloat(Float.BYTES)).isEqualTo(1);
        }
    }

    @Test
    void numbersThatMustBeComputedAreNot() {
        try (Checkpoint checkpoint = open(llama().eightBits("blk.0.ffn_up.weight", 0, 32, 32))) {
            for (String name : new String[] {ATTENTION + "q_proj.weight", "model.layers.0.mlp.up_proj.weight"}) {
                assertThatThrownBy(() -> checkpoint.bytes(checkpoint.tensor(name)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(name + " is not stored as plain numbers");
            }
        }
    }

    @Test
    void aTensorThatTheModelDoesNotHaveIsNamed() {
        try (Checkpoint checkpoint = open(llama())) {
            assertThat(checkpoint.has("lm_head.weight")).isFalse();
            assertThatThrownBy(() -> checkpoint.tensor("lm_head.weight"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(temp.resolve("model.gguf")
                            + ": tensor lm_head.weight: expected the tensor, found none of this name");
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(
                        file -> file.without("blk.0.ffn_up.weight"),
                        "blk.0.ffn_up.weight: expected the tensor in shape [32, 32], found none of this name"),
                wrong(
                        file -> file.counting("blk.0.ffn_up.weight", 16, 64),
                        "blk.0.ffn_up.weight: expected shape [32, 32], found [16, 64]"),
                wrong(
                        file -> file.tensor("blk.0.ffn_up.weight", WrittenGguf.IQ1_S, new byte[1024], 32, 32),
                        "blk.0.ffn_up.weight: expected F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K,"
                                + " found ggml's format 19"),
                wrong(
                        file -> file.eightBits("output_norm.weight", 0, 32),
                        "output_norm.weight: expected F32, F16 or BF16, as only matrices are stored in blocks, found Q8_0"),
                wrong(
                        file -> file.counting("blk.0.attn_sinks.weight", 2),
                        "blk.0.attn_sinks.weight: expected no tensor beside those that a model of this family consists of"),
                wrong(
                        file -> file.tensor("blk.0.attn_sinks.weight", WrittenGguf.IQ1_S, new byte[32], 8),
                        "blk.0.attn_sinks.weight: expected no tensor beside those"),
                wrong(
                        file -> file.counting("blk.0.attn_q.bias", 32),
                        "blk.0.attn_k.bias: expected the tensor in shape [16], found none of this name"));
    }

    private static Arguments wrong(UnaryOperator<WrittenGguf> change, String message) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void aTensorThatIsNotAsTheModelNeedsItIsNamedAsTheFileNamesIt(String message, UnaryOperator<WrittenGguf> change) {
        assertThatThrownBy(() -> open(change.apply(llama())))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(temp.resolve("model.gguf") + ": tensor " + message);
    }

    @Test
    void formatsAreNamedOnce() {
        try (Checkpoint checkpoint = open(llama().eightBits("blk.0.ffn_up.weight", 0, 32, 32)
                .tensor("blk.0.attn_v.weight", WrittenGguf.BF16, new byte[16 * 32 * 2], 16, 32))) {
            assertThat(checkpoint.weightsFormat()).isEqualTo("gguf, bf16 and f32 and q8_0");
        }
    }

    private String fingerprint(WrittenGguf written) {
        try (Checkpoint checkpoint = open(written)) {
            return checkpoint.weightsFingerprint();
        }
    }

    @Test
    void theFingerprintIsOfTheTensorsAndNotOfTheKeys() {
        String before = fingerprint(llama());
        assertThat(before).matches("[0-9a-f]{64}");
        assertThat(fingerprint(llama().put("general.name", "another"))).isEqualTo(before);
        float[] other = WrittenGguf.counted(32, 32);
        other[0] = 1;
        assertThat(fingerprint(llama().floats("blk.0.ffn_up.weight", other, 32, 32)))
                .isNotEqualTo(before);
        assertThat(fingerprint(llama().eightBits("blk.0.ffn_up.weight", 0, 32, 32)))
                .isNotEqualTo(before);
    }
}
