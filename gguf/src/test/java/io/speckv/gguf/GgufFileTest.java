package io.speckv.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    @TempDir
    Path temp;

    /** A header of one text, one list, one number, and a matrix of two rows in F32 behind it. */
    private static byte[] sound(String name, int type, long columns, long offset) {
        HeaderBytes out = new HeaderBytes();
        out.number(0x46554747).number(3).count(1).count(4);
        out.text("general.architecture").number(8).text("llama");
        out.text("some.list").number(9).number(8).count(2).text("a").text("b");
        out.text("some.number").number(4).number(7);
        out.text("some.float").number(6).number(Float.floatToIntBits(1.5f));
        out.text(name).number(2).count(columns).count(2).number(type).count(offset);
        while (out.size() % 32 != 0) {
            out.octet(0);
        }
        for (int i = 0; i < 8; i++) {
            out.number(Float.floatToIntBits(i));
        }
        return out.bytes();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(temp.resolve("model.gguf"), bytes);
    }

    @Test
    void readsMetadataAndWhereTensorsLie() throws IOException {
        try (GgufFile file = GgufFile.open(write(sound("blk.0.attn_q.weight", 0, 4, 0)))) {
            assertThat(file.metadata().requireText("general.architecture")).isEqualTo("llama");
            assertThat(file.metadata().texts("some.list")).containsExactly("a", "b");
            assertThat(file.metadata().requireInteger("some.number")).isEqualTo(7);
            assertThat(file.metadata().number("some.float", 0)).isEqualTo(1.5);
            StoredTensor tensor = Objects.requireNonNull(file.tensors().get("blk.0.attn_q.weight"));
            assertThat(tensor.shape()).containsExactly(2, 4);
            float[] numbers = new float[8];
            tensor.format().decode(file.bytes(tensor.offset(), 32), 0, numbers);
            assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        }
    }

    @Test
    void aFormatThatIsNotKnownIsNamedAndReadsNothing() throws IOException {
        try (GgufFile file = GgufFile.open(write(sound("blk.0.attn_q.weight", 19, 4, 0)))) {
            assertThat(file.unreadable()).containsEntry("blk.0.attn_q.weight", 19);
        }
    }

    @Test
    void keysOfTheWrongKindAreRefusedByName() throws IOException {
        try (GgufFile file = GgufFile.open(write(sound("w", 0, 4, 0)))) {
            assertThatThrownBy(() -> file.metadata().requireInteger("general.architecture"))
                    .isInstanceOf(GgufException.class)
                    .hasMessageContainingAll("model.gguf", "general.architecture", "llama");
            assertThatThrownBy(() -> file.metadata().requireInteger("absent"))
                    .hasMessageContaining("key absent with a whole number");
            assertThatThrownBy(() -> file.metadata().texts("some.number")).hasMessageContaining("a list of texts");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 4, 999999, its end after", "0, 4, 32, its end after", "2, 33, 0, a multiple of 32"})
    void tensorsThatDoNotFitTheFileAreRefused(int type, long columns, long offset, String message) throws IOException {
        Path file = write(sound("w", type, columns, offset));
        assertThatThrownBy(() -> GgufFile.open(file)).isInstanceOf(GgufException.class);
        assertThatThrownBy(() -> GgufFile.open(file)).hasMessageMatching("(?s).*(w|" + message + ").*");
    }

    /** A file of holes may promise a tensor whose end is beyond all numbers. */
    @Test
    void aTensorThatEndsBeyondTheLargestNumberIsRefused() throws IOException {
        HeaderBytes out =
                new HeaderBytes().number(0x46554747).number(3).count(1).count(0);
        out.text("w").number(2).count(1L << 30).count((1L << 31) - 1).number(0).count(1L << 33);
        Path file = write(out.bytes());
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 34);
        }
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("tensor w of 9223372032559808512 bytes");
    }

    @Test
    void aTensorThatComesTwiceIsRefusedByItsName() throws IOException {
        HeaderBytes out =
                new HeaderBytes().number(0x46554747).number(3).count(2).count(0);
        for (int i = 0; i < 2; i++) {
            out.text("blk.0.attn_q.weight").number(1).count(8).number(0).count(0);
        }
        Path file = write(Arrays.copyOf(out.bytes(), 4096));
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(GgufException.class)
                .hasMessage(file + ": expected every tensor once, found blk.0.attn_q.weight again");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 16", "16, 0"})
    void tensorsThatShareBytesAreRefused(long first, long second) throws IOException {
        HeaderBytes out =
                new HeaderBytes().number(0x46554747).number(3).count(2).count(0);
        out.text("blk.0.attn_q.weight").number(1).count(8).number(0).count(first);
        out.text("blk.0.attn_k.weight").number(1).count(8).number(0).count(second);
        Path file = write(Arrays.copyOf(out.bytes(), 4096));
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(GgufException.class)
                .hasMessageMatching(".*: expected tensor blk\\.0\\.attn_[qk]\\.weight behind tensor"
                        + " blk\\.0\\.attn_[qk]\\.weight, which ends at \\d+, found it at \\d+");
    }

    /** A file that ends anywhere in its header says so and takes no memory for what it promises. */
    @Test
    void aHeaderThatIsCutAnywhereIsRefused() throws IOException {
        byte[] whole = sound("blk.0.attn_q.weight", 0, 4, 0);
        for (int length = 0; length < whole.length; length++) {
            Path cut = write(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GgufFile.open(cut)).isInstanceOf(GgufException.class);
        }
    }

    /** Every byte of the header set to 255: another file, or a sentence, but never anything else. */
    @Test
    void anyDamagedByteIsSurvived() throws IOException {
        byte[] whole = sound("blk.0.attn_q.weight", 0, 4, 0);
        for (int at = 0; at < whole.length - 32; at++) {
            byte[] damaged = whole.clone();
            damaged[at] = (byte) 0xFF;
            Path file = write(damaged);
            try {
                GgufFile.open(file).close();
            } catch (GgufException e) {
                assertThat(e).hasMessageStartingWith(file + ": expected ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.gguf", "Model.GGUF"})
    void filesAreKnownByTheirEnding(String name) {
        assertThat(GgufFile.isOne(temp.resolve(name))).isTrue();
        assertThat(GgufFile.isOne(temp)).isFalse();
        assertThat(GgufFile.isOne(temp.resolve("model.safetensors"))).isFalse();
    }
}
