package io.speckv.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderReaderTest {
    private static final int ARRAY = 9;
    private static final int TEXT = 8;

    @TempDir
    Path temp;

    /** What is done with a reader. */
    private interface Reading<T> {
        T from(HeaderReader reader) throws IOException;
    }

    private <T> T read(HeaderBytes bytes, Reading<T> reading) throws IOException {
        Path file = Files.write(temp.resolve("model.gguf"), bytes.bytes());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return reading.from(new HeaderReader(file, channel));
        }
    }

    private Object value(int type, HeaderBytes bytes) throws IOException {
        return read(bytes, reader -> reader.value(type));
    }

    private static HeaderBytes bytes() {
        return new HeaderBytes();
    }

    @ParameterizedTest(name = "type {0}: the bits {1} are {2}")
    @CsvSource({
        "0, 255, 255",
        "0, 128, 128",
        "1, 255, -1",
        "1, 127, 127",
        "2, 65535, 65535",
        "3, 65535, -1",
        "3, 32768, -32768",
        "4, -1, 4294967295",
        "5, -1, -1",
        "5, -2147483648, -2147483648",
        "10, 9223372036854775807, 9223372036854775807",
        "11, -9223372036854775808, -9223372036854775808"
    })
    void integersHaveTheirWidthAndTheirSign(int type, long bits, long value) throws IOException {
        assertThat(value(type, bytes().count(bits))).isEqualTo(value);
        assertThat(value(ARRAY, bytes().number(type).count(1).count(bits))).isEqualTo(new long[] {value});
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -0.0f, 1.5f, -Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY})
    void floatsOfBothWidthsAreDoubles(float value) throws IOException {
        int bits = Float.floatToRawIntBits(value);
        long wide = Double.doubleToRawLongBits(value);

        assertThat(value(6, bytes().number(bits))).isEqualTo((double) value);
        assertThat(value(12, bytes().count(wide))).isEqualTo((double) value);
        assertThat(value(ARRAY, bytes().number(6).count(2).number(bits).number(0)))
                .isEqualTo(new double[] {value, 0});
        assertThat(value(ARRAY, bytes().number(12).count(1).count(wide))).isEqualTo(new double[] {value});
    }

    @Test
    void switchesAreOnWhereTheyAreNotZeroAndInListsTheyAreNumbers() throws IOException {
        assertThat(value(7, bytes().octet(0))).isEqualTo(false);
        assertThat(value(7, bytes().octet(1))).isEqualTo(true);
        assertThat(value(7, bytes().octet(2))).isEqualTo(true);
        assertThat(value(ARRAY, bytes().number(7).count(3).octet(1).octet(0).octet(9)))
                .isEqualTo(new long[] {1, 0, 1});
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "llama", "größe", "🙂", "a\u0000b", "\ufeffx"})
    void textsAreUtf8WithTheirLengthInBytes(String text) throws IOException {
        assertThat(value(TEXT, bytes().text(text))).isEqualTo(text);
        assertThat(value(ARRAY, bytes().number(TEXT).count(2).text(text).text("next")))
                .isEqualTo(new String[] {text, "next"});
    }

    @Test
    void whatFollowsIsReadFromWhereTheValueEndsHoweverLongItWas() throws IOException {
        Random random = new Random(1);
        List<String> texts = new ArrayList<>();
        HeaderBytes written = bytes();
        // Around the size of the buffer and its multiples.
        for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 7, 131_072, 200_000, 3}) {
            String text = random.ints(length, 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            texts.add(text);
            written.text(text).number(length);
        }
        read(written, reader -> {
            for (String text : texts) {
                assertThat(reader.text()).isEqualTo(text);
                assertThat(reader.number()).isEqualTo(text.length());
            }
            assertThat(reader.position()).isEqualTo(written.size());
            return true;
        });
    }

    @ParameterizedTest(name = "{0} values of {1} bytes where {2} follow")
    @CsvSource({"3, 32, 95", "1, 13, 12", "-1, 1, 100", "9223372036854775807, 1, 100", "1, 1, 0"})
    void aCountThatTheFileHasNoRoomForIsRefused(long count, int bytesEach, int follow) {
        HeaderBytes written = bytes().count(count);
        for (int i = 0; i < follow; i++) {
            written.octet(0);
        }
        assertThatThrownBy(() -> read(written, reader -> reader.count(bytesEach, "tensors")))
                .isInstanceOf(GgufException.class)
                .hasMessageEndingWith("model.gguf: expected tensors that the file has room for, found "
                        + Long.toUnsignedString(count) + " of them");
    }

    @ParameterizedTest(name = "{1} values of type {0} in {2} bytes")
    @CsvSource({"8, 3, 23", "6, 3, 11", "12, 3, 23", "4, 3, 11", "5, 3, 11", "10, 3, 23", "2, 3, 5", "0, 3, 2"})
    void aListThatTheFileHasNoRoomForIsRefusedBeforeMemoryIsTaken(int type, long count, int follow) {
        HeaderBytes written = bytes().number(type).count(count);
        for (int i = 0; i < follow; i++) {
            written.octet(0);
        }
        assertThatThrownBy(() -> value(ARRAY, written))
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("that the file has room for");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 255, -1, Integer.MAX_VALUE})
    void aTypeThatIsNotKnownIsNamed(int type) {
        assertThatThrownBy(() -> value(type, bytes().count(0)))
                .hasMessageEndingWith("expected a type of value from 0 to 12, found " + Integer.toUnsignedString(type));
        assertThatThrownBy(() -> value(ARRAY, bytes().number(type).count(0)))
                .as("in a list of none, too")
                .hasMessageEndingWith("expected a type of value from 0 to 12, found " + Integer.toUnsignedString(type));
    }

    @Test
    void aListOfListsIsRefusedAsWhatItIs() {
        assertThatThrownBy(() ->
                        value(ARRAY, bytes().number(ARRAY).count(1).number(TEXT).count(0)))
                .isInstanceOf(GgufException.class)
                .hasMessageEndingWith("expected a list of numbers, switches or texts, found a list of lists");
    }
}
