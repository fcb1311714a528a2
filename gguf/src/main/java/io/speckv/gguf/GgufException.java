package io.speckv.gguf;

import java.nio.file.Path;

/** A GGUF file that is damaged, or holds something that is not supported. */
public final class GgufException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final String expected;
    private final String found;

    GgufException(Path file, String expected, String found) {
        super(file + ": expected " + expected + ", found " + found);
        this.file = file;
        this.expected = expected;
        this.found = found;
    }

    /** Returns the file at fault. */
    public Path file() {
        return file;
    }

    /** Returns what the file should have held. */
    public String expected() {
        return expected;
    }

    /** Returns what the file holds instead. */
    public String found() {
        return found;
    }
}
