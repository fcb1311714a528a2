package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How the spellings in a vocabulary stand for bytes. */
enum TokenBytes {
    /** Each character of a spelling stands for one byte, as in GPT-2's table. */
    BYTE_LEVEL {
        @Override
        Optional<byte[]> fragment(String spelling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(spelling.length());
            for (int i = 0; i < spelling.length(); i++) {
                int value = byteOf(spelling.charAt(i));
                if (value < 0) {
                    return Optional.empty(); // an added token, whose spelling is its text
                }
                bytes.write(value);
            }
            return isText(bytes.toByteArray()) ? Optional.empty() : Optional.of(bytes.toByteArray());
        }
    },
    /** Spellings like {@code <0xE2>} stand for one byte; all others are text. */
    BYTE_FALLBACK {
        @Override
        Optional<byte[]> fragment(String spelling) {
            if (!spelling.matches("<0x[89A-Fa-f][0-9A-Fa-f]>")) {
                return Optional.empty();
            }
            return Optional.of(new byte[] {(byte) Integer.parseInt(spelling.substring(3, 5), 16)});
        }
    },
    /** Spellings are text. */
    TEXT {
        @Override
        Optional<byte[]> fragment(String spelling) {
            return Optional.empty();
        }
    };

    /** Returns how a tokenizer's decoder reads spellings. */
    static TokenBytes ofDecoder(JsonNode decoder) {
        String all = decoder.toString();
        if (all.contains("\"ByteLevel\"")) {
            return BYTE_LEVEL;
        }
        return all.contains("\"ByteFallback\"") ? BYTE_FALLBACK : TEXT;
    }

    /** Returns the bytes of a token that begins or ends within a character; empty for all other tokens. */
    abstract Optional<byte[]> fragment(String spelling);

    /** Printable bytes are spelled as themselves; the others get the characters from U+0100 on, in order. */
    private static int byteOf(char spelled) {
        if ((spelled >= '!' && spelled <= '~') || (spelled >= 0xA1 && spelled <= 0xFF && spelled != 0xAD)) {
            return spelled;
        }
        int place = spelled - 0x100;
        if (place < 0 || place > 67) {
            return -1;
        }
        if (place <= 32) {
            return place;
        }
        return place == 67 ? 0xAD : place - 33 + 0x7F;
    }

    private static boolean isText(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
