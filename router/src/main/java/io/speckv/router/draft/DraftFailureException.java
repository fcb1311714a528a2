package io.speckv.router.draft;

import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;

/** The draft cannot do its part; the request's fallback policy decides what happens next. */
public final class DraftFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final DraftLoss why;
    private final String what;

    public DraftFailureException(DraftLoss why, String message) {
        super(message);
        this.why = why;
        this.what = message;
    }

    public Failure.WithoutDraft failure() {
        return new Failure.WithoutDraft(why, what);
    }
}
