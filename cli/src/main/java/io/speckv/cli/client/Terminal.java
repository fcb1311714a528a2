package io.speckv.cli.client;

/**
 * Which of the process's streams a person is at. The launcher looks, because Java cannot tell them apart; started in any
 * other way, none is.
 */
public record Terminal(boolean in, boolean out, boolean err) {
    private static final String PROPERTY = "speckv.terminal";

    /** Returns what the launcher saw. */
    public static Terminal ofProcess() {
        return of(System.getProperty(PROPERTY, ""));
    }

    /** Returns the terminal whose streams are named by their numbers, such as "012". */
    static Terminal of(String streams) {
        return new Terminal(streams.contains("0"), streams.contains("1"), streams.contains("2"));
    }
}
