package io.speckv.kit.failure;

/**
 * A stack trace that cannot hold text of a prompt or an answer. It shows only messages of our own exceptions, which are
 * known to hold only numbers and names. Parsers, tokenizers and template engines quote their input in messages.
 */
final class TextlessTrace {
    private static final String OWN = "io.speckv.";
    private static final int CAUSES_MOST = 10;

    private TextlessTrace() {}

    /** Returns the classes and frames of {@code thrown} and its causes. */
    static String of(Throwable thrown) {
        StringBuilder out = new StringBuilder();
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < CAUSES_MOST; depth++) {
            out.append(depth == 0 ? "" : "caused by ").append(next.getClass().getName());
            if (next.getClass().getName().startsWith(OWN)) {
                out.append(": ").append(next.getMessage());
            }
            out.append('\n');
            for (StackTraceElement frame : next.getStackTrace()) {
                out.append("    at ").append(frame).append('\n');
            }
            next = next.getCause();
        }
        return out.toString();
    }
}
