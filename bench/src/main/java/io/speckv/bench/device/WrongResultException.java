package io.speckv.bench.device;

import java.io.Serial;

/** A device computed a wrong result. The message says which, where, and what would be right. */
public final class WrongResultException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    WrongResultException(String message) {
        super(message);
    }
}
