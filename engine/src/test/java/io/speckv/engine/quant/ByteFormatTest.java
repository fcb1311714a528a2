package io.speckv.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.checkpoint.WeightType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteFormatTest {
    /** The values that the format's paper (arXiv:2209.05433, table 1) names, and their neighbours. */
    @ParameterizedTest
    @CsvSource({
        "0x00, 0",
        "0x01, 0x1p-9",
        "0x07, 0x1.cp-7",
        "0x08, 0x1p-6",
        "0x38, 1",
        "0x3D, 1.625",
        "0x7E, 448",
        "0xFE, -448",
        "0x7F, NaN"
    })
    void e4m3HasNoInfinity(String bits, float value) {
        assertThat(ByteFormat.FLOAT8_E4M3.of((byte) Integer.decode(bits).intValue()))
                .isEqualTo(Float.valueOf(value));
    }

    @Test
    void e5m2IsTheUpperHalfOfHalfPrecision() {
        ByteBuffer half = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 256; bits++) {
            half.putShort(0, (short) (bits << 8));
            assertThat(ByteFormat.FLOAT8_E5M2.of((byte) bits)).isEqualTo(Float.valueOf(WeightType.F16.get(half, 0)));
        }
    }

    @Test
    void zerosKeepTheirSigns() {
        assertThat(1 / ByteFormat.FLOAT8_E4M3.of((byte) 0x80)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(1 / ByteFormat.FLOAT8_E5M2.of((byte) 0x80)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void e8m0IsAPowerOfTwo() {
        assertThat(ByteFormat.FLOAT8_E8M0.of((byte) 127)).isEqualTo(1);
        assertThat(ByteFormat.FLOAT8_E8M0.of((byte) 0)).isEqualTo(0x1p-127f);
        assertThat(ByteFormat.FLOAT8_E8M0.of((byte) 0xFF)).isNaN();
    }
}
