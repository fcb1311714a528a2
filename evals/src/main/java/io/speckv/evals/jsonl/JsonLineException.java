package io.speckv.evals.jsonl;

import org.jspecify.annotations.Nullable;

/** A file of JSON lines that cannot be used; the message names file and line, what is there, and what would be right. */
public final class JsonLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonLineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
