package io.speckv.engine;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint folder that cannot be trusted. The message names the file, the tensor or key, what was expected and what was
 * found.
 */
public final class CheckpointException extends EngineException {
    private final transient Path file;
    private final @Nullable String item;
    private final String expected;
    private final String found;

    private CheckpointException(
            Path file, @Nullable String item, String place, String expected, String found, @Nullable Throwable cause) {
        super(file + place + ": expected " + expected + ", found " + found, cause);
        this.file = file;
        this.item = item;
        this.expected = expected;
        this.found = found;
    }

    /** Returns the failure of a whole file. */
    public static CheckpointException ofFile(Path file, String expected, String found) {
        return new CheckpointException(file, null, "", expected, found, null);
    }

    /** Returns the failure of reading a whole file, with the exception that reading it threw, if any. */
    public static CheckpointException ofFile(Path file, String expected, String found, @Nullable Throwable cause) {
        return new CheckpointException(file, null, "", expected, found, cause);
    }

    /** Returns the failure of one line of a text file, counted from 1. */
    public static CheckpointException ofLine(Path file, int line, String expected, String found) {
        return new CheckpointException(file, "line " + line, ": line " + line, expected, found, null);
    }

    /** Returns the failure of one key of a JSON file; nested keys are joined with dots. */
    public static CheckpointException ofKey(Path file, String key, String expected, String found) {
        return new CheckpointException(file, key, ": key " + key, expected, found, null);
    }

    /** Returns the failure of one tensor of a weights file. */
    public static CheckpointException ofTensor(Path file, String tensor, String expected, String found) {
        return new CheckpointException(file, tensor, ": tensor " + tensor, expected, found, null);
    }

    /** Returns the failure of reading one tensor's content, with the exception that reading it threw, if any. */
    public static CheckpointException ofTensor(
            Path file, String tensor, String expected, String found, @Nullable Throwable cause) {
        return new CheckpointException(file, tensor, ": tensor " + tensor, expected, found, cause);
    }

    @Override
    public String code() {
        return "checkpoint";
    }

    /** Returns the file at fault. */
    public Path file() {
        return file;
    }

    /** Returns the name of the tensor, JSON key or line at fault; empty if the whole file is at fault. */
    public Optional<String> item() {
        return Optional.ofNullable(item);
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
