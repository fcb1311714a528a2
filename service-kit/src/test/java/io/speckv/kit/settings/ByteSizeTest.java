package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "512B, 512",
        "1KiB, 1024",
        "64MiB, 67108864",
        "' 2 GiB ', 2147483648",
        "9223372036854775807, 9223372036854775807",
        "8589934591GiB, 9223372035781033984"
    })
    void isANumberAndItsUnit(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lots", "-1", "1.5GiB", "1kb", "1MB", "1 Mi B", "MiB", "1TiB"})
    void anythingElseIsToldWhatASizeIs(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage("'" + text + "' is not a byte size: write a whole number followed by B, KiB, MiB or GiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "99999999999999999999", "8589934592GiB", "9999999999999999999GiB"})
    void aSizeBeyondAllMemoryIsToldSo(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage("'" + text + "' is too large: at most 9223372036854775807 bytes");
    }

    @Test
    void isNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ByteSize(-1))
                .withMessage("byte size is -1, must not be negative");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1 KiB",
        "1048575, 1023 KiB",
        "1048576, 1 MiB",
        "1073741823, 1023 MiB",
        "1073741824, 1.0 GiB",
        "1610612736, 1.5 GiB",
        "9223372036854775807, 8589934592.0 GiB"
    })
    void peopleReadItInTheLargestUnitThatItFills(long bytes, String readable) {
        assertThat(new ByteSize(bytes).readable()).isEqualTo(readable);
    }

    @Test
    void someInterfacesTakeLessThanTwoGibibytes() {
        assertThat(new ByteSize(Integer.MAX_VALUE).toIntExact()).isEqualTo(Integer.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ByteSize(1L << 31).toIntExact())
                .withMessage("byte size is 2147483648, must be below 2 GiB here");
    }
}
