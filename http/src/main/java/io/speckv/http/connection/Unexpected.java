package io.speckv.http.connection;

import io.speckv.http.json.ApiError;
import io.speckv.http.json.FieldNames;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.Failures;

/** Handles unforeseen failures: the log gets the stack trace under an id, and the client gets only the id. */
public final class Unexpected {
    private static final Failures FAILURES = new Failures(FailureClassifier.NONE);

    private Unexpected() {}

    public static ApiError logged(Throwable thrown) {
        return ApiError.of(FAILURES.toStatus(thrown), () -> new FieldNames("prompt", "max_tokens"));
    }
}
