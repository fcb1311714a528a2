package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteAlphabetTest {
    /** From {@code bytes_to_unicode()} of GPT-2: the ends of its ranges and what is next to them. */
    @ParameterizedTest(name = "byte {0} is U+{1}")
    @CsvSource({
        "00, 0100",
        "09, 0109",
        "0a, 010a",
        "20, 0120",
        "21, 0021",
        "7e, 007e",
        "7f, 0121",
        "80, 0122",
        "a0, 0142",
        "a1, 00a1",
        "ac, 00ac",
        "ad, 0143",
        "ae, 00ae",
        "ff, 00ff"
    })
    void bytesAreWrittenAsGpt2WritesThem(String value, String codePoint) {
        assertThat((int) ByteAlphabet.charOf(Integer.parseInt(value, 16))).isEqualTo(Integer.parseInt(codePoint, 16));
    }

    @Test
    void everyByteHasACharacterOfItsOwnThatIsNoBlank() {
        Set<Character> seen = new HashSet<>();
        for (int value = 0; value < 256; value++) {
            char character = ByteAlphabet.charOf(value);
            assertThat(seen.add(character)).isTrue();
            assertThat(Character.isWhitespace(character) || Character.isISOControl(character))
                    .isFalse();
        }
    }

    @Test
    void textIsWrittenByteByByte() {
        assertThat(ByteAlphabet.write(ByteAlphabet.utf8(" é\n😀"))).isEqualTo("ĠÃ©ĊðŁĺĢ");
        assertThat(ByteAlphabet.write(ByteAlphabet.utf8("a\ud800b"))).isEqualTo("a?b");
        assertThat(ByteAlphabet.write(new byte[0])).isEmpty();
    }
}
