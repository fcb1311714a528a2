package io.speckv.kit.failure;

import java.util.Optional;

/** Turns exceptions of the code behind a service, which this module does not know, into request failures. */
@FunctionalInterface
public interface FailureClassifier {
    /** Knows no exceptions. */
    FailureClassifier NONE = thrown -> Optional.empty();

    /** Returns the failure that {@code thrown} means, or nothing where it is unexpected. */
    Optional<RequestException> classify(Throwable thrown);
}
