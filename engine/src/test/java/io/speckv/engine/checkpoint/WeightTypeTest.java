package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WeightTypeTest {

    @ParameterizedTest
    @CsvSource({
        "F16, 1, 0x3C00",
        "F16, -2, 0xC000",
        "F16, 65504, 0x7BFF",
        "F16, 65519.9, 0x7BFF",
        "F16, 65520, 0x7C00",
        "F16, 0x1p-14, 0x0400",
        "F16, 0x1p-24, 0x0001",
        "F16, 0x1p-25, 0x0000",
        "F16, 0x1.8p-24, 0x0002",
        "F16, 0x1.004p0, 0x3C01",
        "F16, 0x1.002p0, 0x3C00",
        "F16, 0x1.006p0, 0x3C02",
        "F16, -0.0, 0x8000",
        "F16, NaN, 0x7E00",
        "F16, -Infinity, 0xFC00",
        "BF16, 1, 0x3F80",
        "BF16, 0x1.01p0, 0x3F80",
        "BF16, 0x1.03p0, 0x3F82",
        "BF16, 3.4028235e38, 0x7F80",
        "BF16, NaN, 0x7FC0",
        "BF16, -Infinity, 0xFF80"
    })
    void roundsToNearestTiesToEven(WeightType type, String value, String bits) {
        ByteBuffer buffer = ByteBuffer.allocate(Short.BYTES);
        type.put(buffer, Float.parseFloat(value.contains("x") && !value.contains("p") ? value + "p0" : value));
        assertThat(String.format("0x%04X", buffer.getShort(0))).isEqualTo(bits);
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightType.class,
            names = {"F16", "BF16"})
    void writesBackEveryNumberItReads(WeightType type) {
        ByteBuffer in = ByteBuffer.allocate(Short.BYTES);
        ByteBuffer out = ByteBuffer.allocate(Short.BYTES);
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = type.get(in.putShort(0, (short) bits), 0);
            type.put(out.clear(), value);
            if (Float.isNaN(value)) {
                assertThat(type.get(out, 0)).isNaN();
            } else {
                assertThat(out.getShort(0)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void keepsSinglePrecisionAsItIs() {
        ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES);
        WeightType.F32.put(buffer, 0.1f);
        assertThat(WeightType.F32.get(buffer, 0)).isEqualTo(0.1f);
        assertThat(WeightType.F32.bytes()).isEqualTo(4);
        assertThat(WeightType.BF16.bytes()).isEqualTo(2);
    }
}
