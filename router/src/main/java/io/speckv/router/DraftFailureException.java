package io.speckv.router;

import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;

/** The draft's part cannot be had; the request's policy says what becomes of it. */
final class DraftFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final DraftLoss why;
    private final String what;

    DraftFailureException(DraftLoss why, String message) {
        super(message);
        this.why = why;
        this.what = message;
    }

    Failure.WithoutDraft failure() {
        return new Failure.WithoutDraft(why, what);
    }
}
