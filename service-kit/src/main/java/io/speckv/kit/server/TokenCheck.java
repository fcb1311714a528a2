package io.speckv.kit.server;

import io.grpc.Metadata;
import io.speckv.kit.failure.RequestException;
import java.util.Optional;

/** Checks the token of a call before anything else of the call is read. Thread-safe. */
@FunctionalInterface
public interface TokenCheck {
    /** Returns why a call with these headers is refused (TOKEN_MISSING, TOKEN_REJECTED), or empty if it may pass. */
    Optional<RequestException> refusal(Metadata headers);
}
