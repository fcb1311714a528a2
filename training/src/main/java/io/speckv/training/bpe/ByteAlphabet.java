package io.speckv.training.bpe;

import java.nio.charset.StandardCharsets;

/**
 * The printable character for every byte in a byte-level vocabulary, as defined by GPT-2.
 *
 * <p>Bytes that are printable in Latin-1 stand for themselves; the others take the characters from U+0100 on, in byte
 * order. The mapping is one to one, so any byte sequence can be written in a vocabulary file and read back.
 */
final class ByteAlphabet {
    private static final int FIRST_STAND_IN = 256;

    private ByteAlphabet() {}

    /** Returns the character that stands for {@code value}, a byte as 0 to 255. */
    static char charOf(int value) {
        if (isPrintable(value)) {
            return (char) value;
        }
        int standIn = FIRST_STAND_IN;
        for (int smaller = 0; smaller < value; smaller++) {
            if (!isPrintable(smaller)) {
                standIn++;
            }
        }
        return (char) standIn;
    }

    /** Returns {@code bytes} written with one character for each. */
    static String write(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte value : bytes) {
            text.append(charOf(Byte.toUnsignedInt(value)));
        }
        return text.toString();
    }

    /** Returns the bytes of {@code text} in UTF-8; unpaired surrogates become question marks. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
    }
}
