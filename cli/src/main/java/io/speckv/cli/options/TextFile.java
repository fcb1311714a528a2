package io.speckv.cli.options;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads texts, which must be UTF-8. */
public final class TextFile {
    private static final Path STANDARD_INPUT = Path.of("-");

    private TextFile() {}

    /**
     * Returns the text of a file, or of standard input for {@code -}.
     *
     * @throws WrongInputException naming the file and the first byte that is not valid UTF-8
     */
    public static String read(Path file) throws IOException {
        return file.equals(STANDARD_INPUT)
                ? decode(System.in.readAllBytes(), "standard input")
                : decode(Files.readAllBytes(file), file.toString());
    }

    private static String decode(byte[] bytes, String source) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // A UTF-8 text never has more chars than bytes.
        CharBuffer out = CharBuffer.allocate(bytes.length);
        // By default a decoder stops at the first invalid byte.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(in, out, true).isError()) {
            throw new WrongInputException("%s is not text in UTF-8: byte %d, counted from 0, is 0x%02X"
                    .formatted(source, in.position(), bytes[in.position()]));
        }
        return out.flip().toString();
    }
}
