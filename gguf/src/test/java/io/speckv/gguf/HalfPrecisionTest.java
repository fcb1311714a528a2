package io.speckv.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {
    /** Bits and values from IEEE 754-2008, 3.6: the ends of every range. */
    @ParameterizedTest
    @CsvSource({
        "0x0000, 0",
        "0x8000, -0.0",
        "0x0001, 5.9604644775390625e-8",
        "0x83FF, -6.0975551605224609375e-5",
        "0x0400, 6.103515625e-5",
        "0x3C00, 1",
        "0xC000, -2",
        "0x3555, 0.333251953125",
        "0x7BFF, 65504",
        "0x7C00, Infinity",
        "0xFC00, -Infinity",
        "0x7E00, NaN"
    })
    void everyRangeBeginsAndEndsWhereTheStandardSaysSo(String bits, float value) {
        float read = HalfPrecision.value((short) Integer.decode(bits).intValue());

        // By its bits: zeros have signs, and NaN is itself.
        assertThat(Float.floatToIntBits(read)).isEqualTo(Float.floatToIntBits(value));
    }
}
