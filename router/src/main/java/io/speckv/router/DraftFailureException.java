package io.speckv.router;

import io.speckv.proto.v1.FallbackReason;

/** The draft's part cannot be had; the request's policy says what becomes of it. */
final class DraftFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final FallbackReason reason;

    DraftFailureException(FallbackReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    FallbackReason reason() {
        return reason;
    }
}
