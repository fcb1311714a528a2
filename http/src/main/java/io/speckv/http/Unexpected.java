package io.speckv.http;

import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.Failures;

/** A failure that no one foresaw: the log gets its trace under an id, the client gets the id. */
final class Unexpected {
    private static final Failures FAILURES = new Failures(FailureClassifier.NONE);

    private Unexpected() {}

    static ApiError logged(Throwable thrown) {
        return ApiError.of(FAILURES.toStatus(thrown), new FieldNames("prompt", "max_tokens"));
    }
}
