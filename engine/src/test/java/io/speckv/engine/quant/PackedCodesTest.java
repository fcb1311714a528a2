package io.speckv.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.quant.PackedCodes.Order;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedCodesTest {
    /** The words of a row are one number, whose lowest bits are the first code. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
    void codesOfEveryWidthAreOneStreamOfBits(int bits) {
        int count = 45;
        int[] codes = new Random(bits).ints(count, 0, 1 << bits).toArray();
        BigInteger stream = BigInteger.ZERO;
        for (int i = 0; i < count; i++) {
            stream = stream.or(BigInteger.valueOf(codes[i]).shiftLeft(i * bits));
        }
        int words = PackedCodes.words(count, bits);
        ByteBuffer buffer = words(words);
        for (int word = 0; word < words; word++) {
            buffer.putInt(
                    word * Integer.BYTES, stream.shiftRight(word * Integer.SIZE).intValue());
        }
        PackedCodes packed = new PackedCodes(buffer, bits, 1, words, Order.PLAIN);
        for (int i = 0; i < count; i++) {
            assertThat(packed.at(i, 0)).as("code %d", i).isEqualTo(codes[i]);
        }
    }

    @Test
    void strideAndAcrossStrideChooseTheAxis() {
        ByteBuffer buffer = words(6);
        for (int word = 0; word < 6; word++) {
            buffer.putInt(word * Integer.BYTES, word * 0x11111111);
        }
        assertThat(new PackedCodes(buffer, 4, 1, 3, Order.PLAIN).at(17, 1)).isEqualTo(5);
        assertThat(new PackedCodes(buffer, 4, 2, 1, Order.PLAIN).at(17, 1)).isEqualTo(5);
        assertThat(new PackedCodes(buffer, 4, 2, 1, Order.PLAIN).at(3, 1)).isEqualTo(1);
    }

    /** AutoAWQ's word from its lowest bits up: outputs 0, 2, 4, 6, 1, 3, 5, 7. */
    @Test
    void evenOutputsStandBeforeOddOnes() {
        ByteBuffer buffer = words(1);
        buffer.putInt(0, 0x75316420);
        PackedCodes packed = new PackedCodes(buffer, 4, 1, 1, Order.EVEN_THEN_ODD);
        for (int output = 0; output < 8; output++) {
            assertThat(packed.at(output, 0)).isEqualTo(output);
        }
    }

    @Test
    void widthsBeyondAByteAreRefused() {
        assertThatThrownBy(() -> new PackedCodes(words(1), 9, 1, 1, Order.PLAIN))
                .hasMessageContaining("1 to 8 bits, were 9");
    }

    private static ByteBuffer words(int count) {
        return ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
