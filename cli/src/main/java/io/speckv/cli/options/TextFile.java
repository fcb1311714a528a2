package io.speckv.cli.options;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads texts, which must be UTF-8. */
public final class TextFile {
    private static final Path STANDARD_INPUT = Path.of("-");
    private static final int BUFFER = 1 << 16;

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

    /**
     * Passes on the text of a file in pieces, however long it is. Every piece but the last one ends with a line.
     *
     * @param chars of a piece at least, except the last one
     * @throws WrongInputException as {@link #read} does; pieces before the first wrong byte may have been passed on
     */
    public static void pieces(Path file, int chars, Consumer<String> receiver) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.allocate(BUFFER);
        CharBuffer out = CharBuffer.allocate(BUFFER);
        StringBuilder piece = new StringBuilder();
        long decoded = 0;
        try (ReadableByteChannel bytes = Files.newByteChannel(file)) {
            for (boolean whole = false; !whole; ) {
                whole = bytes.read(in) < 0;
                in.flip();
                // A UTF-8 text never has more chars than bytes, so there is room for all of them.
                if (decoder.decode(in, out, whole).isError()) {
                    throw notUtf8(file.toString(), decoded + in.position(), in.get(in.position()));
                }
                decoded += in.position();
                in.compact();
                piece.append(out.flip());
                out.clear();
                int end = piece.lastIndexOf("\n") + 1;
                if (piece.length() >= chars && end > 0) {
                    receiver.accept(piece.substring(0, end));
                    piece.delete(0, end);
                }
            }
        }
        if (!piece.isEmpty()) {
            receiver.accept(piece.toString());
        }
    }

    /**
     * Returns the text of bytes.
     *
     * @throws WrongInputException naming the source and the first byte that is not valid UTF-8
     */
    static String decode(byte[] bytes, String source) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // A UTF-8 text never has more chars than bytes.
        CharBuffer out = CharBuffer.allocate(bytes.length);
        // By default a decoder stops at the first invalid byte.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(in, out, true).isError()) {
            throw notUtf8(source, in.position(), bytes[in.position()]);
        }
        return out.flip().toString();
    }

    private static WrongInputException notUtf8(String source, long place, byte wrong) {
        return new WrongInputException(
                "%s is not text in UTF-8: byte %d, counted from 0, is 0x%02X".formatted(source, place, wrong));
    }
}
