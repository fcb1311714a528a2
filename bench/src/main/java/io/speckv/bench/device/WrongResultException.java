package io.speckv.bench.device;

import java.io.Serial;

/** A device computed something else than it should; the message says what, where, and what would be right. */
public final class WrongResultException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    WrongResultException(String message) {
        super(message);
    }
}
