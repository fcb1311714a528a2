package io.speckv.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.checkpoint.WeightType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GgufTypeTest {
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = 34;

    private static ByteBuffer row(GgufType type, float... numbers) {
        ByteBuffer row = ByteBuffer.allocate(Math.toIntExact(type.rowBytes(numbers.length)))
                .order(ByteOrder.LITTLE_ENDIAN);
        type.putRow(row, numbers);
        assertThat(row.remaining()).as("bytes that nothing was written to").isZero();
        return row;
    }

    /** The numbers of ggml.h: {@code ggml_type} and {@code ggml_ftype}. */
    @ParameterizedTest
    @CsvSource({"F32, 0, 0, 1, 400", "BF16, 30, 32, 1, 200", "Q8_0, 8, 7, 32, 102"})
    void idsAndSizesAreThoseOfGgml(GgufType type, int id, int fileType, int block, long bytesOf100) {
        assertThat(type.id()).isEqualTo(id);
        assertThat(type.fileType()).isEqualTo(fileType);
        assertThat(type.block()).isEqualTo(block);
        assertThat(type.rowBytes(100)).isEqualTo(bytesOf100);
        assertThat(type.rowBytes(1L << 40))
                .as("of more numbers than an int holds")
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(GgufType.class)
    void anEmptyRowHasNoBytes(GgufType type) {
        assertThat(row(type).capacity()).isZero();
    }

    @Test
    void singlePrecisionIsExact() {
        float[] numbers = {0, -0f, 1.1f, Float.MIN_VALUE, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
        ByteBuffer row = row(GgufType.F32, numbers);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(row.getFloat(4 * i)).isEqualTo(numbers[i]);
        }
    }

    @Test
    void bf16IsTheNearest() {
        float[] numbers = {0, 1, -1.5f, 3.1415927f, 1e-30f, 65_000};
        ByteBuffer row = row(GgufType.BF16, numbers);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(WeightType.BF16.get(row, 2 * i)).isEqualTo(WeightType.BF16.nearest(numbers[i]));
        }
    }

    @Test
    void aBlockOfBytesReachesFromItsLargestMagnitudeDown() {
        float[] numbers = new float[BLOCK];
        numbers[0] = -2;
        numbers[1] = 0.5f;
        numbers[31] = 2 / 127f;
        ByteBuffer row = row(GgufType.Q8_0, numbers);
        assertThat(WeightType.F16.get(row, 0)).isEqualTo(WeightType.F16.nearest(2 / 127f));
        assertThat(row.get(2)).isEqualTo((byte) -127);
        assertThat(row.get(3)).as("31.75 rounded").isEqualTo((byte) 32);
        assertThat(row.get(4)).isZero();
        assertThat(row.get(BLOCK_BYTES - 1)).isEqualTo((byte) 1);
    }

    @Test
    void aBlockOfZerosIsZeros() {
        assertThat(row(GgufType.Q8_0, new float[BLOCK]).array()).containsOnly(0);
    }

    @Test
    void eachBlockHasAScaleOfItsOwnAndErrsByHalfOfItAtMost() {
        Random random = new Random(9);
        float[] numbers = new float[BLOCK * 64];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (random.nextGaussian() * Math.pow(10, i / BLOCK % 5 - 1));
        }
        ByteBuffer row = row(GgufType.Q8_0, numbers);
        for (int i = 0; i < numbers.length; i++) {
            int block = i / BLOCK * BLOCK_BYTES;
            float scale = WeightType.F16.get(row, block);
            assertThat(scale * row.get(block + 2 + i % BLOCK))
                    .as("number %d", i)
                    .isCloseTo(numbers[i], within(scale * 0.57f));
        }
    }
}
