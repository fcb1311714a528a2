package io.speckv.kit.failure;

import java.util.Optional;

/** Turns exceptions of the code behind a service into request failures. This module does not know that code. */
@FunctionalInterface
public interface FailureClassifier {
    /** Knows no exceptions. */
    FailureClassifier NONE = thrown -> Optional.empty();

    /** Returns the failure for {@code thrown}, or empty if the exception is unexpected. */
    Optional<RequestException> classify(Throwable thrown);
}
