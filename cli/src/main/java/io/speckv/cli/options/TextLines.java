package io.speckv.cli.options;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as they come, which must be UTF-8. */
public final class TextLines {
    private final InputStream in;
    private final String source;
    private int number;

    /** @param source name of the stream in messages */
    public TextLines(InputStream in, String source) {
        this.in = new BufferedInputStream(in);
        this.source = source;
    }

    /**
     * Returns the next line without its end, or null after the last one.
     *
     * @throws WrongInputException naming the line and its first byte that is not valid UTF-8
     */
    public @Nullable String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read = in.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            line.write(read);
        }
        number++;
        String text = TextFile.decode(line.toByteArray(), "line " + number + " of " + source);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
