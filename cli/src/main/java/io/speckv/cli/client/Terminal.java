package io.speckv.cli.client;

/**
 * Which of the process's streams are a terminal. Java cannot find this out, so the launcher does; without the launcher none
 * counts as a terminal.
 */
public record Terminal(boolean in, boolean out, boolean err) {
    private static final String PROPERTY = "speckv.terminal";

    /** Returns what the launcher found. */
    public static Terminal ofProcess() {
        return of(System.getProperty(PROPERTY, ""));
    }

    /** Returns the terminal for streams given as digits, such as "012". */
    static Terminal of(String streams) {
        return new Terminal(streams.contains("0"), streams.contains("1"), streams.contains("2"));
    }
}
