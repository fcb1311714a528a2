package io.speckv.kit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The version of this software: what {@code --version}, Describe, traces and {@code doctor} tell. The build writes it, so that it
 * is the same from jars and from folders of classes.
 */
public final class BuildVersion {
    private static final String CURRENT = read();

    private BuildVersion() {}

    /** Returns the version of the build, such as {@code 0.1.0-SNAPSHOT}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        try (InputStream in = Objects.requireNonNull(BuildVersion.class.getResourceAsStream("version.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
