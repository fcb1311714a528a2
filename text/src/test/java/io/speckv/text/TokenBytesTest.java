package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBytesTest {
    private static final int MANY = 20_000;
    private static final char[] SPELLED = bytesToUnicode();

    /** GPT-2's {@code bytes_to_unicode}, line by line: the character that stands for each byte. */
    private static char[] bytesToUnicode() {
        char[] table = new char[256];
        int further = 0;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= '¡' && b <= '¬') || (b >= '®' && b <= 'ÿ');
            table[b] = (char) (printable ? b : 256 + further++);
        }
        return table;
    }

    private static String spelled(byte[] bytes) {
        StringBuilder spelling = new StringBuilder();
        for (byte b : bytes) {
            spelling.append(SPELLED[b & 0xFF]);
        }
        return spelling.toString();
    }

    private static boolean isText(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void bytesThatAreNoTextComeBackFromTheirSpellingInGpt2sTable() {
        Map<Integer, byte[]> alone = new HashMap<>();
        for (int b = 0; b < 256; b++) {
            byte[] one = {(byte) b};
            TokenBytes.BYTE_LEVEL.fragment(spelled(one)).ifPresent(bytes -> alone.put(bytes[0] & 0xFF, bytes));
        }
        assertThat(alone.keySet())
                .as("ASCII is text by itself")
                .allMatch(b -> b >= 0x80)
                .hasSize(128);

        Random random = new Random(6);
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = new byte[1 + random.nextInt(5)];
            random.nextBytes(bytes);
            Optional<byte[]> fragment = TokenBytes.BYTE_LEVEL.fragment(spelled(bytes));

            assertThat(fragment.isPresent()).isEqualTo(!isText(bytes));
            fragment.ifPresent(found -> assertThat(found).isEqualTo(bytes));
        }
    }

    @Test
    void whatCutsACharacterIsAFragmentAndAWholeOneIsNot() {
        byte[] smile = "🙂".getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < smile.length; from++) {
            for (int to = from + 1; to <= smile.length; to++) {
                assertThat(TokenBytes.BYTE_LEVEL
                                .fragment(spelled(java.util.Arrays.copyOfRange(smile, from, to)))
                                .isPresent())
                        .as("bytes %s to %s", from, to)
                        .isEqualTo(from > 0 || to < smile.length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Ġword", "<|im_start|>", "<｜begin▁of▁sentence｜>", "▁word", "日本", "🙂", "a b", "\u0144"})
    void whatIsTextOrNotSpelledInBytesIsNoFragment(String spelling) {
        assertThat(TokenBytes.BYTE_LEVEL.fragment(spelling)).isEmpty();
    }

    @ParameterizedTest(name = "{0} is the byte {1}")
    @CsvSource({"<0x80>, 128", "<0xE2>, 226", "<0xff>, 255", "<0xFf>, 255", "<0x9a>, 154"})
    void aByteBeyondAsciiIsAFragmentOfAFallback(String spelling, int value) {
        assertThat(TokenBytes.BYTE_FALLBACK.fragment(spelling)).hasValue(new byte[] {(byte) value});
        assertThat(TokenBytes.TEXT.fragment(spelling)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<0x0A>", "<0x7F>", "<0xE>", "<0xE22>", "<0XE2>", "<0xG0>", "0xE2", "<0xE2> ", "▁", "é", ""})
    void anythingElseOfAFallbackIsText(String spelling) {
        assertThat(TokenBytes.BYTE_FALLBACK.fragment(spelling)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "{\"type\": \"ByteLevel\"}                                                        § BYTE_LEVEL",
                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"ByteFallback\"}, {\"type\": \"Fuse\"}]} § BYTE_FALLBACK",
                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"ByteLevel\"}]}    § BYTE_LEVEL",
                "{\"type\": \"WordPiece\", \"prefix\": \"##\"}                                    § TEXT",
                "null                                                                             § TEXT"
            })
    void theDecoderTellsHow(String decoder, TokenBytes kind) throws JsonProcessingException {
        assertThat(TokenBytes.ofDecoder(TokenizerFile.MAPPER.readTree(decoder))).isEqualTo(kind);
    }
}
